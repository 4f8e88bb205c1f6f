package org.wyrm.itest.product;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes C expressions over variables of every scalar type, the same for the same seed. None of them is undefined with
 * {@code -fwrapv}: divisors are positive, shift counts small, and only small floating-point numbers become integers.
 */
final class RandomExpressions {
    /** The variables, of which each type has some with values at its edges. */
    static final String VARIABLES = """
            typedef unsigned int u32; typedef signed char s8; typedef unsigned long long u64; typedef const long clong;
            enum plain { ZERO, ONE, SEVEN = 7 }; enum negative { MINUS = -3, PLUS = 3 };
            enum huge { HUGE = 0x123456789abcdefUL }; enum __attribute__((packed)) tiny { TINY = 200 };
            _Bool b0, b1 = 1; char c0 = 'x', c1 = -128; signed char sc0 = -1, sc1 = 127; s8 sc2 = -77;
            unsigned char uc0 = 255, uc1 = 3; short s0 = -32768, s1 = 12345; unsigned short us0 = 65535, us1 = 1;
            int i0 = -1, i1 = 2147483647, i2 = -2147483647 - 1, i3 = 42; const int i4 = -99; volatile int i5 = 1000003;
            unsigned int u0 = 4294967295u, u1 = 7; u32 u2 = 2863311530u;
            long l0 = -1, l1 = 9223372036854775807L, l2 = -9223372036854775807L - 1, l3 = 1234567890123L; clong l4 = -5;
            unsigned long ul0 = 18446744073709551615UL, ul1 = 5; long long ll0 = -7, ll1 = 4611686018427387904LL;
            unsigned long long ull0 = 0x8000000000000000ULL; u64 ull1 = 99;
            __int128 x0 = -1, x1 = (__int128) 0x0123456789abcdefUL << 60, x2 = -((__int128) 1 << 126);
            unsigned __int128 ux0 = ~(unsigned __int128) 0, ux1 = (unsigned __int128) 77 << 64 | 5;
            float f0 = 1.5f, f1 = -3.25e10f, f2 = 1e-40f, f3 = 0.1f; double d0 = 0.1, d1 = -1e300, d2 = 5e-324, d3 = 2.5;
            long double ld0 = 0.1L, ld1 = -1e4000L, ld2 = 3.75L; float fsmall = 97.75f; double dsmall = 3.99;
            long double ldsmall = 100.5L;
            enum plain e0 = SEVEN, e1 = 5; enum negative n0 = MINUS; enum huge h0 = HUGE; enum tiny t0 = TINY;
            struct inner { short first; int second; };
            struct bits { unsigned a : 1; int b : 5; unsigned c : 17; long d : 31; unsigned long e : 32; signed char f : 3;
                          _Bool g : 1; enum plain h : 4; unsigned i : 32; int j : 32; unsigned short k : 16;
                          unsigned long l : 40; long m : 63; struct inner n; };
            struct bits s = { 1, -16, 0x1ffff, -5, 0xfedcba98UL, -2, 1, SEVEN, 0xffffffffu, -8, 65535, 0xaabbccddeeUL,
                              -0x123456789aL, { -4, 77 } };
            struct bits *ps = &s;
            int ints[6] = { 5, -6, 7, -8, 9, -10 }; int grid[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
            struct inner inners[3] = { { 1, 2 }, { 3, 4 }, { 5, 6 } }; int *pi = &ints[3]; const int *pci = ints;
            struct inner *pn = inners + 1; char text[8] = "wyrm"; void *pv = &ints[2]; unsigned char *puc = &uc1;
            """;

    private static final List<String> INTEGERS = List.of(
            "b0",
            "b1",
            "c0",
            "c1",
            "sc0",
            "sc1",
            "sc2",
            "uc0",
            "uc1",
            "s0",
            "s1",
            "us0",
            "us1",
            "i0",
            "i1",
            "i2",
            "i3",
            "i4",
            "i5",
            "u0",
            "u1",
            "u2",
            "l0",
            "l1",
            "l2",
            "l3",
            "l4",
            "ul0",
            "ul1",
            "ll0",
            "ll1",
            "ull0",
            "ull1",
            "x0",
            "x1",
            "x2",
            "ux0",
            "ux1",
            "e0",
            "e1",
            "n0",
            "h0",
            "t0",
            "ZERO",
            "SEVEN",
            "MINUS",
            "HUGE",
            "TINY",
            "s.a",
            "s.b",
            "ps->c",
            "s.d",
            "s.e",
            "ps->f",
            "s.g",
            "s.h",
            "s.i",
            "s.j",
            "ps->k",
            "(unsigned long)s.l",
            "(long)s.m",
            "s.n.first",
            "ps->n.second",
            "(&s)->n.first",
            "*pi",
            "pi[-2]",
            "ints[1]",
            "*(ints + 4)",
            "2[ints]",
            "grid[1][2]",
            "*grid[1]",
            "(*(grid + 1))[1]",
            "inners[2].second",
            "pn->first",
            "pn[1].second",
            "text[1]",
            "*text",
            "*puc",
            "*(int *)pv",
            "(pi - ints)",
            "(&inners[2] - pn)",
            "(pi > pci)",
            "(pv == &ints[2])",
            "!pi",
            "(unsigned long)pi",
            "(pi ? 3 : 4L)",
            "sizeof s",
            "sizeof(struct inner)",
            "sizeof ints",
            "sizeof *pn",
            "_Alignof(long double)",
            "__builtin_offsetof(struct bits, n.second)",
            "0",
            "1",
            "-1",
            "123456789",
            "0xffu",
            "0x7fffffffffffffffL",
            "077",
            "0b1011",
            "5ull",
            "'a'",
            "'\\xfe'",
            "'\\0'",
            "4000000000",
            "0xffffffff",
            "0x1ffffffff");

    private static final List<String> FLOATS = List.of(
            "f0", "f1", "f2", "f3", "d0", "d1", "d2", "d3", "ld0", "ld1", "ld2", "1.5", "0.1f", "3.3L", "1e10",
            "0x1.8p3", ".5", "2.", "1e-3f");

    private static final List<String> SMALL_FLOATS = List.of("fsmall", "dsmall", "ldsmall", "f0", "d3", "ld2");

    private static final List<String> INTEGER_TYPES = List.of(
            "_Bool",
            "char",
            "signed char",
            "unsigned char",
            "short",
            "unsigned short",
            "int",
            "unsigned",
            "long",
            "unsigned long",
            "long long",
            "unsigned long long",
            "__int128",
            "unsigned __int128",
            "u32",
            "s8",
            "u64",
            "enum plain",
            "enum negative",
            "enum tiny",
            "const int",
            "long unsigned int",
            "clong");

    private static final List<String> FLOAT_TYPES = List.of("float", "double", "long double");

    private final Random random;

    RandomExpressions(long seed) {
        this.random = new Random(seed);
    }

    List<String> take(int count) {
        var all = new ArrayList<String>();
        while (all.size() < count) {
            all.add(random.nextInt(4) == 0 ? number(1 + random.nextInt(4)) : integer(1 + random.nextInt(4)));
        }
        return all;
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private String integer(int depth) {
        if (depth == 0) {
            // Promoted: what a bit field or a bare enumeration is, only C's own operators can say.
            return pick(INTEGERS);
        }
        var left = integer(random.nextInt(depth));
        return switch (random.nextInt(22)) {
            case 0, 1 -> "(" + left + " + " + integer(depth - 1) + ")";
            case 2, 3 -> "(" + left + " - " + integer(depth - 1) + ")";
            case 4, 5 -> "(" + left + " * " + integer(depth - 1) + ")";
            case 6 -> "(" + left + " / (" + integer(depth - 1) + " & 0x7f | 1))";
            case 7 -> "(" + left + " % (" + integer(depth - 1) + " & 0x3fff | 1))";
            case 8 -> "(" + left + " & " + integer(depth - 1) + ")";
            case 9 -> "(" + left + " | " + integer(depth - 1) + ")";
            case 10 -> "(" + left + " ^ " + integer(depth - 1) + ")";
            case 11 -> "(" + left + " << (" + integer(depth - 1) + " & 31))";
            case 12 -> "(" + left + " >> (" + integer(depth - 1) + " & 31))";
            case 13 -> "(~" + left + ")";
            case 14 -> "(- " + left + ")";
            case 15 ->
                "(" + value(depth - 1) + " " + pick(List.of("<", ">", "<=", ">=", "==", "!=")) + " " + value(depth - 1)
                        + ")";
            case 16 -> "(" + value(depth - 1) + pick(List.of(" && ", " || ")) + value(depth - 1) + ")";
            case 17 -> "(" + value(depth - 1) + " ? " + left + " : " + integer(depth - 1) + ")";
            case 18 -> "((" + pick(INTEGER_TYPES) + ") " + left + ")";
            case 19 -> "((" + pick(INTEGER_TYPES) + ") " + pick(SMALL_FLOATS) + ")";
            case 20 -> "(!" + value(depth - 1) + ")";
            default -> "(+ " + left + ")";
        };
    }

    private String number(int depth) {
        if (depth == 0) {
            return pick(FLOATS);
        }
        var left = number(random.nextInt(depth));
        return switch (random.nextInt(8)) {
            case 0 -> "(" + left + " + " + value(depth - 1) + ")";
            case 1 -> "(" + value(depth - 1) + " - " + left + ")";
            case 2 -> "(" + left + " * " + value(depth - 1) + ")";
            case 3 -> "(" + left + " / " + value(depth - 1) + ")";
            case 4 -> "(- " + left + ")";
            case 5 -> "((" + pick(FLOAT_TYPES) + ") " + value(depth - 1) + ")";
            case 6 -> "(" + value(depth - 1) + " ? " + left + " : " + value(depth - 1) + ")";
            default -> "(+ " + left + ")";
        };
    }

    private String value(int depth) {
        return random.nextInt(3) == 0 ? number(depth) : integer(depth);
    }
}

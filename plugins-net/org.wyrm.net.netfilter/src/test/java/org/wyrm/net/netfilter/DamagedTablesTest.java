package org.wyrm.net.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Item;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** What no dump of the lab shows: damage, and verdicts that its rules do not have. */
class DamagedTablesTest {
    private static final long RULE = TestProgram.BASE;
    private static final long OPS = TestProgram.BASE + 0x400;
    private static final long TYPE = TestProgram.BASE + 0x500;
    private static final long NAME = TestProgram.BASE + 0x600;
    private static final long ABSENT = 0x7000_0000L;

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label u8 = types.integer("unsigned char", 1, 0);
    private final Label u16 = types.integer("unsigned short", 2, 0);
    private final Label u32 = types.integer("unsigned int", 4, 0);
    private final Label u64 = types.integer("long unsigned int", 8, 0);
    private final Label character = types.integer("char", 1, 0);
    private final Label pointer = types.pointer(types.voidType());

    private Item at(int offset, String name, Label type) {
        return types.member(name, type, offset * Byte.SIZE);
    }

    private Label bytes(int count) {
        return types.array(u8, u32, count);
    }

    private TestProgram target() {
        return new TestProgram(types).contribute(Language.class, new CLanguage());
    }

    @Nested
    class Rules {
        /** A rule of two expressions of 24 bytes, each {@code immediate} with a code. */
        private TestProgram rule(int code) {
            var kind = types.struct("nft_expr_type", 8, at(0, "name", types.pointer(character)));
            var ops = types.struct("nft_expr_ops", 16, at(0, "type", types.pointer(kind)), at(8, "size", u32));
            types.struct("nft_expr", 8, at(0, "ops", types.pointer(ops)), at(8, "data", bytes(0)));
            types.struct("nft_rule", 8, at(0, "dlen", u16), at(2, "udata", u16), at(8, "data", bytes(0)));
            var chain = types.struct("nft_chain", 8, at(0, "name", types.pointer(character)));
            var verdict = types.struct(
                    "nft_verdict", 16, at(0, "code", types.integer("int", 4, 1)), at(8, "chain", types.pointer(chain)));
            var data = types.struct("nft_data", 16, at(0, "verdict", verdict));
            types.struct("nft_immediate_expr", 17, at(0, "data", data), at(16, "dreg", u8));
            var target = target().u32(RULE, 64)
                    .u64(OPS, TYPE)
                    .u32(OPS + 8, 32)
                    .u64(TYPE, NAME)
                    .u64(NAME + 0x80, NAME + 0x40);
            target.text(NAME, "immediate");
            target.text(NAME + 0x40, "other");
            for (var expression : new long[] {RULE + 8, RULE + 40}) {
                target.u64(expression, OPS).u32(expression + 8, code).u64(expression + 16, NAME + 0x80);
            }
            return target;
        }

        private static Value object(TestProgram target) {
            var program = target.open();
            return program.object(program.type("struct nft_rule"), RULE);
        }

        @ParameterizedTest
        @CsvSource({
            "0,drop",
            "1,accept",
            "-1,continue",
            "-2,break",
            "-3,jump other",
            "-4,goto other",
            "-5,return",
            "77,77"
        })
        void sayWhatBecomesOfAPacket(int code, String verdict) {
            var expressions = NfTables.nftRuleForEachExpr(object(rule(code)));

            assertThat(expressions).hasSize(2).extracting(NfTables::name).containsOnly("immediate");
            assertThat(NfTables.verdict(expressions.getLast())).contains(verdict);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 65})
        void doNotEndWhereAnExpressionDoesNotFit(int byteSize) {
            var rule = object(rule(1).u32(OPS + 8, byteSize));

            assertThatThrownBy(() -> NfTables.nftRuleForEachExpr(rule))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("nft_rule")
                    .hasMessageContaining("%d bytes of".formatted(byteSize));
        }

        @Test
        void endWhereAnExpressionIsAbsent() {
            var rule = object(rule(1).u64(RULE + 40, ABSENT));

            assertThatThrownBy(() -> NfTables.nftRuleForEachExpr(rule)).isInstanceOf(FaultException.class);
        }

        @Test
        void haveACommentBehindThem() {
            // Another kind of one byte, then the comment.
            var target = rule(1).u16(RULE + 2, 1)
                    .u8(RULE + 72, 9)
                    .u8(RULE + 73, 5)
                    .u8(RULE + 74, 1)
                    .u8(RULE + 75, 9)
                    .u8(RULE + 76, 0)
                    .u8(RULE + 77, 5);
            target.text(RULE + 78, "why?");

            assertThat(NfTables.comment(object(target))).contains("why?");
        }

        @Test
        void haveACommentUpToWhatTheyKeep() {
            var target =
                    rule(1).u16(RULE + 2, 1).u8(RULE + 72, 4).u8(RULE + 73, 0).u8(RULE + 74, 255);
            target.text(RULE + 75, "abcdefgh");

            assertThat(NfTables.comment(object(target))).contains("abc");
        }
    }

    @Nested
    class Hooks {
        private static final long NET = TestProgram.BASE + 0x800;

        private TestProgram net(int count) {
            var ops = types.struct("nf_hook_ops", 16, at(0, "hook", pointer), at(8, "priv", pointer));
            var entry = types.struct("nf_hook_entry", 16, at(0, "hook", pointer), at(8, "priv", types.pointer(ops)));
            var entries = types.struct(
                    "nf_hook_entries", 8, at(0, "num_hook_entries", u16), at(8, "hooks", types.array(entry, u32, 0)));
            var nf = types.struct("netns_nf", 16, at(0, "hooks_ipv4", types.array(types.pointer(entries), u32, 2)));
            var links = types.struct("list_head", 16, at(0, "next", pointer), at(8, "prev", pointer));
            types.struct("net_device", 16, at(0, "dev_list", links));
            types.struct("net", 40, at(0, "nf", nf), at(16, "dev_base_head", links));
            // No device; the first place has as many entries as are asked for, the second none.
            return target().u64(NET + 16, NET + 16)
                    .u64(NET + 24, NET + 16)
                    .u64(NET, RULE)
                    .u16(RULE, count)
                    .u64(RULE + 24, OPS)
                    .u64(OPS, 0x1234);
        }

        @Test
        void areInTheirOrder() {
            var program = net(1).open();
            var damage = new ArrayList<DebuggerException>();

            assertThat(Netfilter.forEachHook(program.object(program.type("struct net"), NET), damage::add))
                    .singleElement()
                    .satisfies(hook -> {
                        assertThat(hook.family() + " " + hook.hook()).isEqualTo("ip prerouting");
                        assertThat(hook.function()).isEqualTo(0x1234);
                    });
            assertThat(damage).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {1025, 65535})
        void areNotMoreThanTheKernelAllows(int count) {
            var program = net(count).open();
            var damage = new ArrayList<DebuggerException>();

            assertThat(Netfilter.forEachHook(program.object(program.type("struct net"), NET), damage::add))
                    .isEmpty();
            assertThat(damage).singleElement().asString().contains("it has %d entries".formatted(count));
        }
    }

    @Nested
    class Iptables {
        private static final int ENTRY = 64;

        /** Two chains that packets come into, of 2 rules and none, and one of the user's, of one rule. */
        private TestProgram table() {
            var kind = types.struct("xt_target", 32, at(0, "name", types.array(character, u32, 29)));
            var kernel = types.struct("", 16, at(0, "target_size", u16), at(8, "target", types.pointer(kind)));
            var union = types.union("", 32, at(0, "kernel", kernel));
            var header = types.struct("xt_entry_target", 32, at(0, "u", union));
            types.struct(
                    "xt_standard_target", 40, at(0, "target", header), at(32, "verdict", types.integer("int", 4, 1)));
            types.struct(
                    "xt_error_target",
                    64,
                    at(0, "target", header),
                    at(32, "errorname", types.array(character, u32, 30)));
            types.struct(
                    "ipt_entry", 16, at(0, "target_offset", u16), at(2, "next_offset", u16), at(16, "elems", bytes(0)));
            var places = types.array(u32, u32, 5);
            var info = types.struct(
                    "xt_table_info",
                    48,
                    at(0, "size", u32),
                    at(4, "hook_entry", places),
                    at(24, "underflow", places),
                    at(48, "entries", bytes(0)));
            types.struct(
                    "xt_table", 24, at(0, "valid_hooks", u32), at(4, "af", u8), at(8, "private", types.pointer(info)));
            var target = target().u32(OPS, 1 << 1 | 1 << 3)
                    .u8(OPS + 4, 2)
                    .u64(OPS + 8, RULE)
                    .u32(RULE, 8 * ENTRY);
            target.text(NAME, "");
            target.text(NAME + 0x40, "ERROR");
            var entries = RULE + 48;
            for (var index = 0; index < 8; index++) {
                var entry = entries + (long) index * ENTRY;
                target.u16(entry, 16)
                        .u16(entry + 2, ENTRY)
                        .u64(entry + 24, index == 4 || index == 7 ? NAME + 0x40 : NAME);
            }
            // input: 0, 1 and the policy 2; output: the policy 3; the user's: its head 4, 5, the way back 6; the end 7.
            target.u32(RULE + 4 + 4, 0)
                    .u32(RULE + 24 + 4, 2 * ENTRY)
                    .u32(RULE + 4 + 12, 3 * ENTRY)
                    .u32(RULE + 24 + 12, 3 * ENTRY);
            target.u32(entries + 2 * ENTRY + 16 + 32, -1).u32(entries + 3 * ENTRY + 16 + 32, -2);
            target.text(entries + 4 * ENTRY + 16 + 32, "mine");
            return target.text(entries + 7 * ENTRY + 16 + 32, "ERROR");
        }

        private static Value object(TestProgram target) {
            var program = target.open();
            return program.object(program.type("struct xt_table"), OPS);
        }

        @Test
        void hasItsChains() {
            assertThat(XTables.chains(object(table())).stream()
                            .map(chain -> chain.name() + " " + chain.policy().orElse("-") + " " + chain.rules()))
                    .containsExactly("INPUT DROP 2", "OUTPUT ACCEPT 0", "mine - 1");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 65535})
        void endsWhereAnEntryDoesNotFit(int byteSize) {
            var table = object(table().u16(RULE + 48 + ENTRY + 2, byteSize));

            assertThatThrownBy(() -> XTables.chains(table))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("xt_table_info");
        }

        @Test
        void ofAnotherFamilyHasNoneThatAreKnown() {
            assertThat(XTables.chains(object(table().u8(OPS + 4, 7)))).isEmpty();
        }
    }

    @Test
    void whatAModuleKeepsIsByItsNumber() {
        var header = types.struct("", 16, at(0, "len", u32));
        var generic = types.union("net_generic", 16, at(0, "s", header), at(0, "ptr", types.array(pointer, u32, 0)));
        types.struct("net", 8, at(0, "gen", types.pointer(generic)));
        var program =
                target().u64(RULE, OPS).u32(OPS, 5).u64(OPS + 4 * 8, 0x4321).open();
        var net = program.object(program.type("struct net"), RULE);

        assertThat(Netfilter.netGeneric(net, 4).longValue()).isEqualTo(0x4321);
        assertThatThrownBy(() -> Netfilter.netGeneric(net, 5))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("it has 5 pointers, and none of number 5");
    }
}

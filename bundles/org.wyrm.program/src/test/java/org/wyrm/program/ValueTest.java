package org.wyrm.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.testkit.btf.BtfBuilder;

class ValueTest {
    private static final long OBJECT = TestProgram.BASE + 0x40 - 4; // crosses a piece of memory
    private static final int SIGNED = 1;
    private static final int BOOL = 4;

    /**
     * <pre>
     * struct thing { int number; union { char text[8]; struct thing *next; }; unsigned low : 3; int high : 5;
     *                _Bool flag; unsigned long big; short row[2]; }
     * </pre>
     */
    private static TestProgram program() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var integer = types.integer("int", 4, SIGNED);
        var unsigned = types.integer("unsigned int", 4, 0);
        var character = types.integer("char", 1, SIGNED);
        var bool = types.integer("_Bool", 1, BOOL);
        var big = types.integer("long unsigned int", 8, 0);
        var small = types.integer("short int", 2, SIGNED);
        var text = types.array(character, integer, 8);
        var row = types.array(small, integer, 2);
        var thing = types.label();
        var next = types.pointer(thing);
        var inner = types.union("", 8, types.member("text", text, 0), types.member("next", next, 0));
        types.at(thing);
        types.structWithBitFields(
                "thing",
                32,
                types.bitField("number", integer, 0, 0),
                types.bitField("", inner, 64, 0),
                types.bitField("low", unsigned, 128, 3),
                types.bitField("high", integer, 131, 5),
                types.bitField("flag", bool, 136, 0),
                types.bitField("big", big, 192, 0),
                types.bitField("row", row, 32, 0));
        return new TestProgram(types);
    }

    private static Value thing(Program program) {
        var type = program.findTypes(TypeKind.STRUCT, "thing").getFirst().resolve();
        return program.object(type, OBJECT);
    }

    @Test
    void membersAreReadByTheirTypeAndSign() {
        var thing = thing(program().u32(OBJECT, -5).u64(OBJECT + 24, -1).open());

        assertThat(thing.member("number").longValue()).isEqualTo(-5);
        assertThat(thing.member("big").longValue()).isEqualTo(-1);
        assertThat(thing.member("number").address()).isEqualTo(OBJECT);
    }

    @Test
    void membersOfAnonymousMembersAreFound() {
        var thing = thing(program().text(OBJECT + 8, "comm").open());

        assertThat(thing.member("text").string()).isEqualTo("comm");
        assertThat(thing.member("text").address()).isEqualTo(OBJECT + 8);
    }

    @Test
    void bitFieldsAreCutOutAndExtendedByTheirSign() {
        var thing = thing(program().u8(OBJECT + 16, 0b10110_101).open());

        assertThat(thing.member("low").longValue()).isEqualTo(0b101);
        assertThat(thing.member("high").longValue()).isEqualTo(0b10110 - 32);
    }

    @Test
    void aBoolThatIsABitFieldIsItsBitAlone() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var bool = types.integer("_Bool", 1, BOOL);
        types.structWithBitFields("flags", 1, types.bitField("low", bool, 0, 1), types.bitField("next", bool, 1, 1));
        var program = new TestProgram(types).u8(OBJECT, 0b110).open();
        var flags = program.object(
                program.findTypes(TypeKind.STRUCT, "flags").getFirst().resolve(), OBJECT);

        assertThat(flags.member("low").booleanValue()).isFalse();
        assertThat(flags.member("next").longValue()).isEqualTo(1);
    }

    @Test
    void aSnapshotDoesNotReadAgain() {
        var snapshot =
                thing(program().u32(OBJECT, 7).u8(OBJECT + 16, 0b101).open()).read();

        assertThat(snapshot.member("number").intValue()).isEqualTo(7);
        assertThat(snapshot.member("low").longValue()).isEqualTo(5);
        assertThat(snapshot.member("row").subscript(1).longValue()).isZero();
    }

    @Test
    void arraysHaveElements() {
        var thing = thing(program().u32(OBJECT + 4, 0xfffe_0001).open());

        assertThat(thing.member("row").elements().map(Value::longValue)).containsExactly(1L, -2L);
        assertThat(thing.member("row").elementCount()).isEqualTo(2);
    }

    @Test
    void pointersAreFollowedByMember() {
        var there = TestProgram.BASE + 0x200;
        var thing = thing(program().u64(OBJECT + 8, there).u32(there, 42).open());

        assertThat(thing.member("next").member("number").intValue()).isEqualTo(42);
        assertThat(thing.member("next").dereference().address()).isEqualTo(there);
    }

    @Test
    void containerOfGoesFromAMemberToItsStructure() {
        var thing = thing(program().open());

        assertThat(thing.member("big").containerOf(thing.type(), "big").address())
                .isEqualTo(OBJECT);
        assertThat(thing.member("big")
                        .addressOf()
                        .containerOf(thing.type(), "big")
                        .address())
                .isEqualTo(OBJECT);
    }

    @Nested
    class WhatCannotBe {
        @Test
        void aMemberThatIsNotThereIsNamedWithItsType() {
            assertThatThrownBy(() -> thing(program().open()).member("nothing"))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessage("no member 'nothing': in struct thing");
        }

        @Test
        void aFaultNamesTheFirstAbsentByte() {
            var program = program().open();
            var end = TestProgram.BASE + 0x10000;
            var type = thing(program).type();

            assertThatThrownBy(
                            () -> program.object(type, end - 2).member("number").longValue())
                    .isInstanceOfSatisfying(
                            FaultException.class,
                            fault -> assertThat(fault.address()).isEqualTo(end));
        }

        @Test
        void aStringWithoutAnEndInItsArrayStopsThere() {
            var thing = thing(program().text(OBJECT + 8, "12345678overflow").open());

            assertThat(thing.member("text").string()).isEqualTo("12345678");
        }

        @Test
        void aStructureIsNoNumber() {
            assertThatThrownBy(() -> thing(program().open()).longValue())
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("struct thing");
        }

        @Test
        void aHugeArrayOfATypeIsRefusedBeforeItIsRead() {
            var program = program().open();
            var huge = program.arrayOf(thing(program).type(), java.util.OptionalLong.of(1L << 40));

            assertThatThrownBy(() -> program.object(huge, OBJECT).read()).isInstanceOf(CorruptStructureException.class);
        }

        @Test
        void readsPollTheToken() {
            var token = new Cancellation();
            var thing = thing(program().open().with(token));
            token.cancel("enough");

            assertThatThrownBy(() -> thing.member("number").longValue()).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void castsTruncateAsCDoes() {
        var program = program().open();
        TargetType small = program.findTypes(TypeKind.BASE, "short").getFirst().resolve();

        assertThat(program.scalar(small, 0x18000).longValue()).isEqualTo(-0x8000);
    }

    /** Numbers of every width, in either byte order: what is written by hand is read. */
    @Nested
    class InEitherByteOrder {
        private static final long AT = TestProgram.BASE + 0x80;

        /**
         * <pre>
         * struct wide { __int128 whole; unsigned __int128 part : 100; long : 28; long field : 37; … unsigned across : 3; }
         * </pre>
         */
        private static Value wide(ByteOrder order) {
            var types = new BtfBuilder(order);
            var whole = types.integer("__int128", 16, SIGNED);
            var unsigned = types.integer("unsigned __int128", 16, 0);
            var big = types.integer("long int", 8, SIGNED);
            var odd = types.integer("odd", 1, 0);
            types.structWithBitFields(
                    "wide",
                    48,
                    types.bitField("whole", whole, 0, 0),
                    types.bitField("part", unsigned, 131, 100),
                    types.bitField("field", big, 261, 37),
                    types.bitField("nine", big, 263, 62),
                    types.bitField("bit", odd, 350, 1));
            var program = new TestProgram(types, order);
            for (var i = 0; i < 48; i++) {
                program.u8(AT + i, BYTES[i] & 0xff);
            }
            var opened = program.open();
            return opened.object(
                    opened.findTypes(TypeKind.STRUCT, "wide").getFirst().resolve(), AT);
        }

        private static final byte[] BYTES = new byte[48];

        static {
            new Random(7).nextBytes(BYTES);
        }

        /** Bit by bit: in little-endian the first bit is the lowest of the first byte, in big-endian the highest. */
        private static BigInteger bits(ByteOrder order, int offset, int width, boolean signed) {
            var result = BigInteger.ZERO;
            for (var i = 0; i < width; i++) {
                var at = offset + i;
                var inByte = order == ByteOrder.LITTLE_ENDIAN ? at % 8 : 7 - at % 8;
                if ((BYTES[at / 8] >> inByte & 1) != 0) {
                    result = result.setBit(order == ByteOrder.LITTLE_ENDIAN ? i : width - 1 - i);
                }
            }
            return signed && result.testBit(width - 1) ? result.subtract(BigInteger.ONE.shiftLeft(width)) : result;
        }

        @ParameterizedTest
        @CsvSource({
            "whole, 0, 128, true",
            "part, 131, 100, false",
            "field, 261, 37, true",
            "nine, 263, 62, true",
            "bit, 350, 1, false",
        })
        void allWidthsAreRead(String name, int offset, int width, boolean signed) {
            for (var order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                var object = wide(order);
                for (var each : List.of(
                        object.member(name),
                        object.read().member(name),
                        object.member(name).read())) {
                    assertThat(each.integerValue())
                            .as("%s of %s, %s", name, order, each)
                            .isEqualTo(bits(order, offset, width, signed));
                    if (width <= 64) {
                        assertThat(each.longValue())
                                .isEqualTo(bits(order, offset, width, signed).longValue());
                    }
                }
                var number = object.member(name);
                var again = number.program().ofBytes(number.type(), number.bytes());
                assertThat(again.integerValue()).isEqualTo(number.integerValue());
            }
        }

        @Test
        void whatHasMoreThan64BitsIsNoLong() {
            var whole = wide(ByteOrder.LITTLE_ENDIAN).member("whole");

            assertThatThrownBy(whole::longValue)
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("it has more bits");
            assertThat(whole.cast(whole.program()
                                    .number(whole.type(), BigInteger.ONE.negate())
                                    .type())
                            .integerValue())
                    .isEqualTo(whole.integerValue());
            assertThat(whole.program().scalar(whole.type(), -1).integerValue()).isEqualTo(-1);
        }
    }

    @Nested
    class WhatIsAbsent {
        private final Value present = thing(program().open());
        private final Value absent = present.program().absent(present.type(), AbsenceReason.OPTIMIZED_OUT);

        @Test
        void hasAbsentMembersOfTheirTypes() {
            var member = absent.member("next").member("number");

            assertThat(member.absence()).contains(AbsenceReason.OPTIMIZED_OUT);
            assertThat(member.type()).isSameAs(present.member("number").type());
            assertThat(absent.member("row").subscript(1).absence()).isPresent();
            assertThat(absent.addressOf().absence()).isPresent();
            assertThat(absent.read().absence()).isPresent();
        }

        @Test
        void hasNoNumberNoBytesAndNoAddress() {
            for (ThrowingCallable use : List.<ThrowingCallable>of(
                    () -> absent.member("number").longValue(),
                    () -> absent.member("number").integerValue(),
                    absent::bytes,
                    absent::address)) {
                assertThatThrownBy(use)
                        .isInstanceOf(LookupFailedException.class)
                        .hasMessageContaining("optimized out");
            }
        }
    }

    @Test
    void aSliceIsAnArrayOfSomeElements() {
        var thing = thing(program().u32(OBJECT + 4, 0x0002_0001).open());

        var slice = thing.member("row").slice(1, 2);

        assertThat(slice.elements().map(Value::longValue)).containsExactly(2L);
        assertThat(slice.address()).isEqualTo(OBJECT + 6);
        assertThat(thing.member("row").slice(2, 1).elementCount()).isZero();
    }

    @Test
    void anObjectOfBytesHasMembersButNoAddress() {
        var program = program().open();
        var bytes = new byte[32];
        bytes[0] = 42;
        bytes[16] = (byte) 0b11111_010;

        var object = program.ofBytes(thing(program).type(), bytes);

        assertThat(object.member("number").longValue()).isEqualTo(42);
        assertThat(object.member("low").longValue()).isEqualTo(2);
        assertThat(object.member("high").longValue()).isEqualTo(-1);
        assertThat(object.bytes()).isEqualTo(bytes);
        assertThatThrownBy(object::address).isInstanceOf(LookupFailedException.class);
        assertThatThrownBy(() -> program.ofBytes(thing(program).type(), new byte[31]))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("has 32 bytes, and only 31 are given");
    }

    @Test
    void ofAnObjectOfWhichBitsAreUnknownTheOtherMembersHaveValues() {
        var program = program().open();
        var bytes = new byte[32];
        bytes[0] = 42;
        bytes[4] = 7;
        bytes[16] = (byte) 0b11111_010;
        var missing = new byte[32];
        Arrays.fill(missing, 6, 16, (byte) 0xff);
        missing[16] = 0b1000;

        var object = program.ofBytes(thing(program).type(), bytes, missing);

        assertThat(object.absence()).isEmpty();
        assertThat(object.member("number").longValue()).isEqualTo(42);
        assertThat(object.member("low").longValue()).isEqualTo(2);
        assertThat(object.member("big").longValue()).isZero();
        for (var name : List.of("high", "text", "next")) {
            assertThat(object.member(name).absence()).as(name).contains(AbsenceReason.OPTIMIZED_OUT);
        }
        assertThat(object.member("row").subscript(0).longValue()).isEqualTo(7);
        assertThat(object.member("row").subscript(1).absence()).isPresent();
        assertThat(object.reinterpret(thing(program).member("number").type()).longValue())
                .isEqualTo(42);
        assertThatThrownBy(object::bytes)
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("parts of it are optimized out");
        assertThatThrownBy(object::address).isInstanceOf(LookupFailedException.class);
    }

    @Test
    void anObjectOfWhichAllOrNoBitsAreUnknownIsAbsentOrWhole() {
        var program = program().open();
        var type = thing(program).type();
        var integer = thing(program).member("number").type();
        var character = thing(program).member("text").subscript(0).type();
        var all = new byte[32];
        Arrays.fill(all, (byte) 0xff);

        assertThat(program.ofBytes(type, all, all).absence()).contains(AbsenceReason.OPTIMIZED_OUT);
        assertThat(program.ofBytes(type, all, new byte[32]).bytes()).isEqualTo(all);
        assertThat(program.ofBytes(integer, all, new byte[32]).longValue()).isEqualTo(-1);
        var oneBit = new byte[32];
        oneBit[1] = 1;
        assertThat(program.ofBytes(integer, all, oneBit).absence()).isPresent();
        assertThat(program.ofBytes(character, all, oneBit).longValue()).isEqualTo(-1);
    }

    @Test
    void alignmentIsTheLargestInside() {
        var program = program().open();

        assertThat(Value.alignOf(thing(program).type())).isEqualTo(8);
        assertThat(Value.alignOf(thing(program).member("row").type())).isEqualTo(2);
    }
}

package org.wyrm.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
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
}

package org.wyrm.btf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.btf.constants.BtfKind;
import org.wyrm.testkit.btf.BtfBuilder;

class BtfTest {
    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    private static Btf parse(byte[] bytes) {
        return Btf.parse(ByteSlice.of("vmlinux[.BTF]", bytes, ByteOrder.LITTLE_ENDIAN));
    }

    private static Btf parseSplit(byte[] bytes, Btf base) {
        return Btf.parseSplit(ByteSlice.of("ext4.ko[.BTF]", bytes, ByteOrder.LITTLE_ENDIAN), base);
    }

    /** One type of each kind, each once. */
    static BtfBuilder everyKind(ByteOrder order) {
        var btf = new BtfBuilder(order);
        var number = btf.integer("int", 4, BtfInteger.SIGNED);
        var pointer = btf.pointer(number);
        btf.array(pointer, number, 7);
        btf.struct("s", 16, btf.member("a", number, 0), btf.member("", pointer, 64));
        btf.union("u", 8, btf.member("a", number, 0));
        btf.enumeration("e", 4, btf.enumerator("A", -1));
        btf.forwardUnion("f");
        btf.typedef("t", number);
        btf.volatileOf(number);
        btf.constOf(number);
        btf.restrictOf(pointer);
        var prototype = btf.prototype(btf.voidType(), btf.parameter("x", number), btf.ellipsis());
        btf.function("g", prototype);
        var variable = btf.variable("v", number);
        btf.section(".data..percpu", 4, btf.entry(variable, 96, 4));
        btf.floatingPoint("double", 8);
        btf.declarationTag("tag", number, -1);
        btf.typeTag("user", pointer);
        btf.signedEnumeration64("big", 8, btf.enumerator64("B", 0x1234_5678_9abc_def0L));
        return btf;
    }

    /** Reads all that can be read of each type. */
    static void readAll(Btf btf) {
        for (var id = btf.firstId(); id < btf.endId(); id++) {
            if (btf.isDamaged(id)) {
                continue;
            }
            btf.describe(id);
            switch (btf.kind(id)) {
                case BTF_KIND_INT -> btf.integer(id);
                case BTF_KIND_ARRAY -> btf.array(id);
                case BTF_KIND_STRUCT, BTF_KIND_UNION -> btf.members(id);
                case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> {
                    btf.hasEnumerator(id, new byte[1]);
                    btf.enumerators(id);
                }
                case BTF_KIND_FUNC_PROTO -> btf.parameters(id);
                case BTF_KIND_DATASEC -> btf.sectionEntries(id);
                case BTF_KIND_FWD, BTF_KIND_FLOAT -> btf.byteSize(id);
                default -> btf.typeId(id);
            }
        }
        new BtfNameIndex(btf, EnumSet.allOf(BtfKind.class)).find("task_struct");
    }

    @ParameterizedTest
    @MethodSource("orders")
    void everyKindIsReadInBothByteOrders(ByteOrder order) {
        var btf = parse(everyKind(order).build());

        assertThat(btf.firstId()).isEqualTo(1);
        assertThat(IntStream.range(1, btf.endId()).mapToObj(btf::kind).distinct())
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(BtfKind.BTF_KIND_UNKN)));
        assertThat(btf.integer(1)).isEqualTo(new BtfInteger(BtfInteger.SIGNED, 4, 0, 32));
        assertThat(btf.name(1)).isEqualTo("int");
        assertThat(btf.typeId(2)).isEqualTo(1);
        assertThat(btf.array(3)).isEqualTo(new BtfArray(2, 7));
        assertThat(btf.members(4)).containsExactly(new BtfMember("a", 1, 0, 0), new BtfMember("", 2, 64, 0));
        assertThat(btf.byteSize(4)).isEqualTo(16);
        assertThat(btf.enumerators(6)).containsExactly(new BtfEnumerator("A", -1));
        assertThat(btf.kindFlag(7)).isTrue();
        assertThat(btf.parameters(12)).containsExactly(new BtfParameter("x", 1), new BtfParameter("", 0));
        assertThat(btf.parameters(12).getLast().isEllipsis()).isTrue();
        assertThat(btf.sectionEntries(15)).containsExactly(new BtfSectionEntry(14, 96, 4));
        assertThat(btf.enumerators(19)).containsExactly(new BtfEnumerator("B", 0x1234_5678_9abc_def0L));
        assertThat(btf.hasEnumerator(6, "A".getBytes(UTF_8))).isTrue();
        assertThat(btf.hasEnumerator(6, "A\0".getBytes(UTF_8))).isTrue();
        assertThat(btf.hasEnumerator(6, "AB".getBytes(UTF_8))).isFalse();
        assertThat(btf.hasEnumerator(19, "B\0".getBytes(UTF_8))).isTrue();
    }

    @Test
    void kindsAreInTheOrderOfTheirNumbers() {
        assertThat(BtfKind.values())
                .extracting(BtfKind::number)
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 19).boxed().toList());
    }

    @Test
    void bitFieldsHaveTheirWidthInTheOffset() {
        var builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var number = builder.integer("unsigned int", 4, 0);
        builder.structWithBitFields("s", 4, builder.bitField("a", number, 3, 5), builder.bitField("b", number, 32, 0));

        var members = parse(builder.build()).members(2);

        assertThat(members).containsExactly(new BtfMember("a", 1, 3, 5), new BtfMember("b", 1, 32, 0));
    }

    @Test
    void anEmptyBtfHasNoTypes() {
        var btf = parse(new BtfBuilder(ByteOrder.LITTLE_ENDIAN).build());

        assertThat(btf.endId()).isEqualTo(1);
        assertThat(new BtfNameIndex(btf, EnumSet.of(BtfKind.BTF_KIND_INT)).find("int"))
                .isEmpty();
    }

    @Test
    void bytesAfterTheSectionsAndInALongerHeaderAreSkipped() {
        var built = everyKind(ByteOrder.LITTLE_ENDIAN).build();
        var bytes = new byte[built.length + 8 + 100];
        System.arraycopy(built, 0, bytes, 0, 24);
        System.arraycopy(built, 24, bytes, 32, built.length - 24);
        bytes[4] = 32;

        var btf = parse(bytes);

        assertThat(btf.endId()).isEqualTo(20);
        assertThat(btf.name(1)).isEqualTo("int");
    }

    @Test
    void moreThan65535ItemsAreRead() {
        var builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var items = IntStream.range(0, 70_000)
                .mapToObj(value -> builder.enumerator("A", value))
                .toArray(BtfBuilder.Item[]::new);
        builder.enumeration("e", 4, items);

        var btf = parse(builder.build());

        assertThat(btf.itemCount(1)).isEqualTo(70_000);
        assertThat(btf.enumerators(1).getLast()).isEqualTo(new BtfEnumerator("A", 69_999));
    }

    @Test
    void anotherNumberIsTheCallersMistake() {
        var btf = parse(everyKind(ByteOrder.LITTLE_ENDIAN).build());

        assertThatIllegalArgumentException().isThrownBy(() -> btf.kind(0));
        assertThatIllegalArgumentException().isThrownBy(() -> btf.kind(20));
    }

    @Nested
    class SplitBtf {
        private final BtfBuilder kernelBuilder = everyKind(ByteOrder.LITTLE_ENDIAN);

        @Test
        void goesOnFromItsBase() {
            var module = kernelBuilder.split();
            var own = module.struct("own", 8, module.member("a", module.number(2), 0));
            module.pointer(own);
            var kernel = parse(kernelBuilder.build());

            var btf = parseSplit(module.build(), kernel);

            assertThat(btf.firstId()).isEqualTo(20);
            assertThat(btf.name(20)).isEqualTo("own");
            assertThat(btf.members(20)).containsExactly(new BtfMember("a", 2, 0, 0));
            assertThat(btf.typeId(21)).isEqualTo(20);
            assertThat(btf.ownerOf(2)).isSameAs(kernel);
            assertThat(btf.ownerOf(20)).isSameAs(btf);
        }

        @Test
        void mayHaveNothingOfItsOwn() {
            var btf = parseSplit(kernelBuilder.split().build(), parse(kernelBuilder.build()));

            assertThat(btf.endId()).isEqualTo(btf.firstId());
        }

        @Test
        void isIndexedWithoutItsBase() {
            var module = kernelBuilder.split();
            module.struct("s", 8);
            var btf = parseSplit(module.build(), parse(kernelBuilder.build()));

            var index = new BtfNameIndex(btf, EnumSet.allOf(BtfKind.class));

            assertThat(index.find("s")).containsExactly(20);
            assertThat(index.find("t")).isEmpty();
        }

        @Test
        void isRejectedWithAnotherBase() {
            var module = kernelBuilder.split();
            module.struct("own", 8, module.member("a", module.number(19), 0));
            var other = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
            other.integer("int", 4, 0);

            assertThatThrownBy(() -> readAll(parseSplit(module.build(), parse(other.build()))))
                    .isInstanceOf(MalformedDataException.class);
        }
    }

    @Nested
    class Names {
        @Test
        void areFoundLowestNumberFirst() {
            var builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
            builder.struct("list_head", 16);
            builder.forwardStruct("list_head");
            builder.struct("list", 16);
            builder.typedef("list_head", builder.number(1));
            builder.union("list_head", 16);
            var btf = parse(builder.build());

            var index = new BtfNameIndex(btf, EnumSet.complementOf(EnumSet.of(BtfKind.BTF_KIND_TYPEDEF)));

            assertThat(index.find("list_head")).containsExactly(1, 2, 5);
            assertThat(index.find("list")).containsExactly(3);
            assertThat(index.find("list_hea")).isEmpty();
            assertThat(index.find("list_head_")).isEmpty();
            assertThat(index.find("")).isEmpty();
        }

        @Test
        void thatDifferOnlyAfterWhatIsHashedAreToldApart() {
            var builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
            builder.struct("a".repeat(200) + "b", 1);
            builder.struct("a".repeat(200) + "c", 1);
            var index = new BtfNameIndex(parse(builder.build()), EnumSet.of(BtfKind.BTF_KIND_STRUCT));

            assertThat(index.find("a".repeat(200) + "c")).containsExactly(2);
            assertThat(index.find("a".repeat(200))).isEmpty();
        }

        @Test
        void ofSixtyFourKibibytesAreRejectedWhereTheyAreRead() {
            var builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
            builder.struct("a".repeat(1 << 16), 1);
            builder.struct("a".repeat((1 << 16) + 1), 1);
            var btf = parse(builder.build());

            assertThat(btf.name(1)).hasSize(1 << 16);
            assertThatThrownBy(() -> btf.name(2)).hasMessageContaining("more than 65536 bytes");
        }
    }

    @Nested
    class BrokenBytes {
        private final BtfBuilder builder = everyKind(ByteOrder.LITTLE_ENDIAN);
        private final byte[] bytes = builder.build();

        private void put(int offset, int value) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
        }

        private void assertRejected(int offset, String rule, Consumer<Btf> use) {
            var thrown = assertThrows(MalformedDataException.class, () -> use.accept(parse(bytes)));

            assertThat(thrown.rule()).contains(rule);
            assertThat(thrown.offsetBytes()).isEqualTo(offset);
            assertThat(thrown.source()).isEqualTo("vmlinux[.BTF]");
        }

        private void assertRejected(int offset, String rule) {
            assertRejected(offset, rule, btf -> {});
        }

        @ParameterizedTest
        @CsvSource({
            "0, 0x1234eb9e, 0, 0xeb9e is not the magic",
            "0, 0x0002eb9f, 2, BTF version 2 is not known",
            "4, 23, 4, the header cannot have 23 bytes",
            "8, 2, 8, the types start at no multiple of 4",
            "16, 0, 16, the strings start before the types end"
        })
        void aHeaderWithAWrongFieldIsRejectedThere(int at, String value, int offset, String rule) {
            put(at, Integer.decode(value));

            assertRejected(offset, rule);
        }

        @Test
        void aHeaderLongerThanTheBytesIsRejected() {
            put(4, Integer.MIN_VALUE);

            assertRejected(4, "the header cannot have 2147483648 bytes");
        }

        @ParameterizedTest
        @CsvSource({"8, types", "12, types", "16, strings", "20, strings"})
        void aSectionThatGoesPastTheEndIsRejected(int offset, String what) {
            put(offset, 0xffff_fff0);

            assertRejected(offset < 16 ? 8 : 16, "of " + what + " at");
        }

        @Test
        void stringsWithoutAnEndAreRejected() {
            bytes[bytes.length - 1] = 'x';

            var stringsByteSize =
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(20);
            assertRejected(bytes.length - 1, "the strings do not end with a NUL");
        }

        @Test
        void stringsThatDoNotStartWithTheEmptyOneAreRejected() {
            var stringsByteSize =
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(20);
            bytes[bytes.length - stringsByteSize] = 'x';

            assertRejected(bytes.length - stringsByteSize, "the first string is not empty");
        }

        @Test
        void noStringsAtAllAreRejected() {
            put(20, 0);

            assertRejected(
                    24 + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(16), "do not end with a NUL");
        }

        /** Where a record does not say how long it is, and few others tell. */
        private void assertLostFrom(int id, int word) {
            var btf = parse(bytes);

            assertThat(btf.endId()).isEqualTo(id);
            assertThat(btf.damage())
                    .isEqualTo("the BTF types from %d on are lost to damage (vmlinux[.BTF]+0x%x)".formatted(id, word));
            readAll(btf);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 20, 31, 127})
        void anUnknownKindCostsAllFromThere(int kind) {
            var record = builder.recordOffset(builder.number(12));
            put(record + 4, kind << 24);

            assertLostFrom(12, record);
        }

        @Test
        void moreItemsThanFitCostAllFromThere() {
            var record = builder.recordOffset(builder.number(12));
            put(record + 4, 13 << 24 | 0xffff);

            assertLostFrom(12, record);
        }

        @Test
        void theMostItemsThatCanBeSaidCostTheLast() {
            var record = builder.recordOffset(builder.number(19));
            put(record + 4, 19 << 24 | 0xff_ffff);

            assertLostFrom(19, record);
        }

        @ParameterizedTest
        @CsvSource({"16, 0x10000001", "16, 0x90000000", "10, 0x0a000005", "13, 0x0c000007", "13, 0x8c000000"})
        void anInfoThatTheKernelWouldRejectIsDamage(int id, String info) {
            var record = builder.recordOffset(builder.number(id));
            put(record + 4, Long.decode(info).intValue());

            assertLostFrom(id, record);
        }

        @Test
        void damageToTheFirstOfFewIsRejectedThere() {
            var record = builder.recordOffset(builder.number(1));
            put(record + 4, 20 << 24);

            assertRejected(record + 4, "kind 20 is not known");
        }

        @ParameterizedTest
        @ValueSource(ints = {0x7fff_ffff, -1})
        void aNameOutsideTheStringsCostsItsType(int name) {
            var record = builder.recordOffset(builder.number(5));
            put(record, name);

            var btf = parse(bytes);

            assertThat(btf.damage())
                    .isEqualTo("1 of 19 BTF types are damaged and left out (type 5 at vmlinux[.BTF]+0x%x)"
                            .formatted(record));
            assertThat(IntStream.range(1, 20).filter(btf::isDamaged)).containsExactly(5);
            assertThat(new BtfNameIndex(btf, EnumSet.allOf(BtfKind.class)).find("u"))
                    .isEmpty();
            assertThat(new BtfNameIndex(btf, EnumSet.allOf(BtfKind.class)).find("s"))
                    .containsExactly(4);
            assertThat(btf.name(19)).isEqualTo("big");
            assertRejected(record, "type 5 is damaged", damaged -> damaged.kind(5));
        }

        @Test
        void theNameOfAMemberOutsideTheStringsIsRejectedWhenItIsRead() {
            var record = builder.recordOffset(builder.number(4));
            put(record + 12, -2);

            assertRejected(record + 12, "the name is at 0xfffffffe", btf -> btf.members(4));
        }

        @ParameterizedTest
        @CsvSource({"20, 20", "-1, 4294967295", "-2147483648, 2147483648"})
        void aReferenceToNoTypeIsRejectedWhenItIsRead(int id, String shown) {
            var record = builder.recordOffset(builder.number(4));
            put(record + 12 + 16, id);

            assertRejected(
                    record + 12 + 16,
                    "struct 's' (type 4) refers to type " + shown + ", the last is 19",
                    btf -> btf.members(4));
        }

        @ParameterizedTest
        @CsvSource({"0, 32, 4", "0, 0, 4", "1, 32, 4", "0, 33, 4", "200, 200, 4", "0, 8, 0", "0, 8, 17", "0, 8, -1"})
        void anIntegerThatDoesNotFitItsBytesIsRejected(int bitOffset, int bits, int byteSize) {
            var record = builder.recordOffset(builder.number(1));
            put(record + 8, byteSize);
            put(record + 12, bitOffset << 16 | bits);

            if (bitOffset == 0 && bits == 32) {
                assertThat(parse(bytes).integer(1).isWhole()).isTrue();
            } else {
                assertRejected(record + 12, "integer 'int' has " + bits + " bits", btf -> btf.integer(1));
            }
        }

        @ParameterizedTest
        @MethodSource("org.wyrm.btf.BtfTest#orders")
        void cutAtAnyByteOnlySaysSo(ByteOrder order) {
            var whole = everyKind(order).build();

            for (var byteSize = 0; byteSize < whole.length; byteSize++) {
                var cut = Arrays.copyOf(whole, byteSize);
                assertThrows(MalformedDataException.class, () -> parse(cut), "cut at " + byteSize);
            }
        }

        @Test
        void withAnyByteChangedNothingElseIsThrown() {
            for (var offset = 0; offset < bytes.length; offset++) {
                for (var change : List.of(0x01, 0x80, 0xff)) {
                    var changed = bytes.clone();
                    changed[offset] ^= change.byteValue();
                    try {
                        readAll(parse(changed));
                    } catch (MalformedDataException expected) {
                        assertThat(expected.offsetBytes()).isBetween(0L, (long) bytes.length);
                    }
                }
            }
        }
    }
}

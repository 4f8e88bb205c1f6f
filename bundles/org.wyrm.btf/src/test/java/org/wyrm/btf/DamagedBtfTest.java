package org.wyrm.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.btf.constants.BtfKind;
import org.wyrm.testkit.btf.BtfBuilder;

/** In BTF with many functions, as a kernel has, the numbers of types behind damage are told by what refers to them. */
@Timeout(60)
class DamagedBtfTest {
    private static final int ROUNDS = 300;

    private final BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final byte[] sound = manyFunctions();
    private final byte[] bytes = sound.clone();

    /** Of each round a struct, pointers, a prototype and functions, in no regular order. */
    private byte[] manyFunctions() {
        var random = new Random(3);
        var number = builder.integer("int", 4, 1);
        var prototypes = new ArrayList<BtfBuilder.Label>();
        for (var round = 0; round < ROUNDS; round++) {
            var pointer = number;
            for (var count = random.nextInt(3); count >= 0; count--) {
                pointer = builder.pointer(pointer);
            }
            builder.struct("s" + round, 16, builder.member("a", number, 0), builder.member("b", pointer, 64));
            prototypes.add(builder.prototype(number, builder.parameter("p", pointer)));
            for (var count = random.nextInt(3); count >= 0; count--) {
                var nearby = prototypes.get(Math.max(0, prototypes.size() - 1 - random.nextInt(4)));
                builder.function("f" + round + "_" + count, nearby);
            }
        }
        return builder.build();
    }

    private static Btf parse(byte[] bytes) {
        return Btf.parse(ByteSlice.of("btf", bytes, ByteOrder.LITTLE_ENDIAN));
    }

    private int record(int id) {
        return builder.recordOffset(builder.number(id));
    }

    private void put(byte[] bytes, int offset, int value) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
    }

    private void breakInfo(int id) {
        put(bytes, record(id) + 4, 0x7f00_0000);
    }

    /** Each type that is told is what it was, but for the words in it that are overwritten. */
    private static void assertNoneMoved(Btf btf, Btf right) {
        for (var id = 1; id < Math.min(btf.endId(), right.endId()); id++) {
            if (!btf.isDamaged(id)) {
                assertThat(btf.kind(id)).as("kind of %d", id).isEqualTo(right.kind(id));
                assertThat(btf.nameOffset(id)).as("name of %d", id).isEqualTo(right.nameOffset(id));
            }
        }
    }

    private static List<Integer> damaged(Btf btf) {
        return IntStream.range(1, btf.endId()).filter(btf::isDamaged).boxed().toList();
    }

    @Test
    void aLengthThatIsLostCostsItsType() {
        breakInfo(500);

        var btf = parse(bytes);

        assertThat(damaged(btf)).containsExactly(500);
        assertThat(btf.endId()).isEqualTo(parse(sound).endId());
        assertNoneMoved(btf, parse(sound));
        assertThat(btf.damage())
                .isEqualTo("1 of %,d BTF types are damaged and left out (type 500 at btf+0x%x)"
                        .formatted(btf.endId() - 1, record(500)));
    }

    @Test
    void damageInManyPlacesCostsTheTypesThere() {
        var broken = List.of(3, 300, 301, 302, 700, 1100);
        broken.forEach(this::breakInfo);

        var btf = parse(bytes);

        assertThat(damaged(btf)).containsExactlyElementsOf(broken);
        assertNoneMoved(btf, parse(sound));
    }

    @Test
    void moreInARowThanCanBeToldCostAllBehind() {
        IntStream.range(600, 612).forEach(this::breakInfo);

        var btf = parse(bytes);

        assertThat(btf.endId()).isEqualTo(600);
        assertThat(btf.damage()).startsWith("the BTF types from 600 on are lost to damage");
        assertThatThrownBy(() -> Btf.parseSplit(ByteSlice.of("module", sound, ByteOrder.LITTLE_ENDIAN), btf))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("its base is damaged");
    }

    /** It goes on inside a record, at a word that looks like a record's: what lies there is none. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7})
    void anotherCountOfItemsMovesNoType(int items) {
        var right = parse(sound);
        for (var id = 2; id < right.endId(); id++) {
            if (right.kind(id) == BtfKind.BTF_KIND_STRUCT && right.itemCount(id) != items) {
                var changed = sound.clone();
                put(changed, record(id) + 4, 4 << 24 | items);

                var btf = parse(changed);

                assertNoneMoved(btf, right);
                assertThat(damaged(btf).size()).isLessThan(8);
            }
        }
    }

    @Test
    void atRandomMovesNoType() {
        var seed = Long.getLong("wyrm.seed", 20261123);
        var random = new Random(seed);
        var right = parse(sound);
        var first = record(1);
        var last = record(right.endId() - 1);
        for (var round = 0; round < 400; round++) {
            var changed = sound.clone();
            var touched = new ArrayList<Integer>();
            for (var count = 0; count < 1 + round / 40; count++) {
                var at = first + (random.nextInt(last - first) & -4);
                put(changed, at, random.nextInt());
                touched.add(at);
            }
            var btf = parse(changed);
            for (var id = 1; id < Math.min(btf.endId(), right.endId()); id++) {
                var start = record(id);
                var isTouched = touched.stream().anyMatch(at -> at == start || at == start + 4);
                if (!btf.isDamaged(id) && !isTouched) {
                    assertThat(btf.kind(id))
                            .as("seed %d round %d type %d", seed, round, id)
                            .isEqualTo(right.kind(id));
                    assertThat(btf.nameOffset(id)).isEqualTo(right.nameOffset(id));
                }
            }
        }
    }

    /** Nothing but the starts of records, each broken; and only functions, all of one prototype. */
    @Test
    void thatIsHostileIsReadInTime() {
        var words = new int[3 << 20];
        Arrays.setAll(words, at -> at % 3 == 1 ? (at / 3 % 9 == 8 ? 0x7f00_0000 : 12 << 24) : at % 3 == 2 ? 4 : 0);
        words[3 * 3 + 1] = 13 << 24;
        var hostile = ByteBuffer.allocate(24 + 4 * words.length + 1).order(ByteOrder.LITTLE_ENDIAN);
        hostile.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
        hostile.putInt(0).putInt(4 * words.length).putInt(4 * words.length).putInt(1);
        hostile.asIntBuffer().put(words);

        assertThat(parse(hostile.array()).damage()).isNotEmpty();
    }
}

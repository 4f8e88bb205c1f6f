package org.wyrm.symbols.btf;

import static org.wyrm.symbols.btf.KallsymsFixture.TEXT;
import static org.wyrm.symbols.btf.KallsymsFixture.locations;
import static org.wyrm.symbols.btf.KallsymsFixture.memory;
import static org.wyrm.symbols.btf.KallsymsFixture.range;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.testkit.kallsyms.KallsymsBuilder;
import org.wyrm.testkit.kallsyms.KallsymsForm;
import org.wyrm.testkit.kallsyms.KallsymsImage;
import org.wyrm.testkit.kallsyms.KallsymsLayout;

/** Tables of any kind are decoded or rejected, never anything else. See docs/help/fuzz.md. */
class KallsymsFuzzTest {
    private static final List<KallsymsImage> SOUND = Stream.of(
                    kernel(KallsymsLayout.BEFORE_6_2, KallsymsForm.RELATIVE_PER_CPU_ABSOLUTE),
                    kernel(KallsymsLayout.FROM_6_2, KallsymsForm.ABSOLUTE),
                    kernel(KallsymsLayout.FROM_6_4, KallsymsForm.RELATIVE),
                    kernel(KallsymsLayout.FROM_7_0, KallsymsForm.PLACE_RELATIVE))
            .map(KallsymsBuilder::build)
            .toList();

    private static KallsymsBuilder kernel(KallsymsLayout layout, KallsymsForm form) {
        return new KallsymsBuilder()
                .add(TEXT, 'T', "_text")
                .add(TEXT + 16, 't', "other")
                .add(TEXT + 32, 't', "_RNv" + "abc".repeat(100))
                .add(KallsymsFixture.END, 'B', "_end")
                .layout(layout)
                .form(form)
                .surroundings(0, 8);
    }

    @FuzzTest
    void anyTablesAreDecodedOrRejected(FuzzedDataProvider data) {
        try {
            var kind = data.consumeInt(0, 15);
            if (kind < 8) {
                lookUp(tables(data));
                return;
            }
            var image = data.pickValue(SOUND);
            var memory = changed(image, data);
            // The finder is slow, for it reads far around: one run in 16.
            var places = kind == 8 ? new KallsymsFinder(memory, 8).find(range(image)) : Optional.of(locations(image));
            places.ifPresent(found -> lookUp(KallsymsTables.read(memory, found, 8)));
        } catch (MalformedDataException | FaultException expected) {
            // The ways to say that memory has no such tables.
        }
    }

    private static TargetMemory changed(KallsymsImage image, FuzzedDataProvider data) {
        var bytes = image.bytes().clone();
        while (data.remainingBytes() > 0) {
            bytes[data.consumeInt(0, bytes.length - 1)] = data.consumeByte();
        }
        return memory(image.address(), bytes, ByteOrder.LITTLE_ENDIAN);
    }

    private static KallsymsTables tables(FuzzedDataProvider data) {
        var symbolCount = data.consumeLong();
        var pointerByteSize = data.pickValue(new Integer[] {4, 8});
        var base = data.consumeLong();
        var form = data.consumeInt(0, 2);
        var addressBytes = slice("addresses", data);
        var addresses = switch (form) {
            case 0 -> new KallsymsTables.Absolute(addressBytes, pointerByteSize);
            case 1 -> new KallsymsTables.Relative(addressBytes, base, pointerByteSize);
            default -> new KallsymsTables.PlaceRelative(addressBytes, base, pointerByteSize);
        };
        var sound = SOUND.getFirst();
        var tokenTable = sound.offsetOf("kallsyms_token_table");
        var tokenIndex = sound.offsetOf("kallsyms_token_index");
        var soundBytes = ByteSlice.of("sound", sound.bytes(), ByteOrder.LITTLE_ENDIAN);
        // Sound tokens half of the time: without them no name is ever read.
        return data.consumeBoolean()
                ? new KallsymsTables(
                        symbolCount, slice("names", data), slice("tokens", data), slice("index", data), addresses)
                : new KallsymsTables(
                        symbolCount & 0xff,
                        slice("names", data),
                        soundBytes.slice(tokenTable, tokenIndex - tokenTable),
                        soundBytes.slice(tokenIndex, 512),
                        addresses);
    }

    private static ByteSlice slice(String name, FuzzedDataProvider data) {
        return ByteSlice.of(name, data.consumeBytes(data.consumeInt(0, 2048)), ByteOrder.LITTLE_ENDIAN);
    }

    private static void lookUp(KallsymsTables tables) {
        var finder = new Kallsyms(() -> tables, List.of(), CacheFolder.none(), Optional.empty(), warning -> {})
                .symbols()
                .orElseThrow();
        finder.symbolsAt(TEXT + 1);
        for (var round = 0; round < 5; round++) {
            finder.findSymbols("other");
        }
        finder.allSymbols().limit(64).forEach(symbol -> finder.symbolsAt(symbol.address()));
    }
}

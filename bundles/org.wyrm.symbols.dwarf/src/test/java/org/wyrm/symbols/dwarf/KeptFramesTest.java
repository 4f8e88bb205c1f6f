package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.progress.Progress;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.testkit.dwarf.DwarfBuilder;

class KeptFramesTest {
    private static final List<SourceFrame> INLINED = List.of(
            new SourceFrame(Optional.of("inner"), Optional.of(new SourcePlace("a.h", 12, 3)), true),
            new SourceFrame(Optional.of("outer"), Optional.of(new SourcePlace("a.c", 70_000, 0)), false));

    private static final List<SourceFrame> UNKNOWN =
            List.of(new SourceFrame(Optional.empty(), Optional.of(new SourcePlace("a.c", 0, 0)), false));

    private static final List<SourceFrame> NO_PLACE =
            List.of(new SourceFrame(Optional.of("outer"), Optional.empty(), false));

    @TempDir
    Path folder;

    private CacheFolder cache;

    @BeforeEach
    void openCache() {
        cache = CacheFolder.at(folder);
    }

    private KeptFrames frames(String copy) {
        return new KeptFrames(cache, "key", copy);
    }

    @Test
    void whatWasAskedForIsThereForTheNextProcess() {
        var first = frames("copy");
        assertThat(first.find(0x1000)).isEmpty();
        first.add(0xffff_ffff_8100_0000L, INLINED);
        first.add(0x1000, UNKNOWN);
        first.add(0x2000, NO_PLACE);
        first.add(0x3000, List.of());
        first.keep();

        var next = frames("copy");
        assertThat(next.find(0xffff_ffff_8100_0000L)).hasValue(INLINED);
        assertThat(next.find(0x1000)).hasValue(UNKNOWN);
        assertThat(next.find(0x2000)).hasValue(NO_PLACE);
        assertThat(next.find(0x3000)).hasValue(List.of());
        assertThat(next.find(0x2fff)).isEmpty();
        assertThat(next.find(0x3001)).isEmpty();
        assertThat(next.find(0)).isEmpty();
        assertThat(next.find(-1)).isEmpty();
    }

    @Test
    void whatAProcessAddsJoinsWhatWasThere() {
        var first = frames("copy");
        first.add(0x1000, UNKNOWN);
        first.keep();
        var second = frames("copy");
        second.add(0x800, INLINED);
        second.keep();

        assertThat(frames("copy").find(0x1000)).hasValue(UNKNOWN);
        assertThat(frames("copy").find(0x800)).hasValue(INLINED);
    }

    @Test
    void thoseOfAnotherCopyOfTheFileDoNotCount() {
        var first = frames("copy");
        first.add(0x1000, UNKNOWN);
        first.keep();
        var other = frames("other copy");
        assertThat(other.find(0x1000)).isEmpty();
        other.add(0x2000, INLINED);
        other.keep();

        assertThat(frames("copy").find(0x1000)).isEmpty();
        assertThat(frames("other copy").find(0x1000)).isEmpty();
        assertThat(frames("other copy").find(0x2000)).hasValue(INLINED);
    }

    @Test
    void contentThatDoesNotFitItsNumbersDoesNotCount() {
        var first = frames("copy");
        first.add(0x1000, INLINED);
        first.keep();
        var content = cache.find("frames", 1, "key").orElseThrow();
        var whole = content.toArray(0, content.byteSize());
        for (var at = 0; at < 12; at += 4) {
            for (var bit : new int[] {0, 6, 7}) {
                var changed = whole.clone();
                changed[at + bit / 2] ^= (byte) (1 << bit);
                cache.keep("frames", 1, "key", List.of(MemorySegment.ofArray(changed)));
                assertThat(frames("copy").find(0x1000)).isEmpty();
            }
        }
        cache.keep("frames", 1, "key", List.of(MemorySegment.ofArray(whole)));
        assertThat(frames("copy").find(0x1000)).hasValue(INLINED);
    }

    @Test
    void aFileAnswersWithWhatIsKeptOfThisCopy() {
        try (var file = file("first", "copy")) {
            assertThat(functionAt(file, 0x1080)).hasValue("first");
        }
        // Were the file read, the other name would be found.
        try (var file = file("second", "copy")) {
            assertThat(functionAt(file, 0x1080)).hasValue("first");
            assertThat(functionAt(file, 0x1081)).hasValue("second");
        }
        try (var file = file("second", "other copy")) {
            assertThat(functionAt(file, 0x1080)).hasValue("second");
        }
    }

    private static Optional<String> functionAt(DwarfFile file, long address) {
        return new DwarfTypes(file, AddressMapping.NONE)
                .lines()
                .orElseThrow()
                .framesAt(address)
                .getFirst()
                .function();
    }

    private DwarfFile file(String function, String copy) {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        var root = dwarf.unit(4).root();
        root.number(DW_AT_low_pc, DW_FORM_addr, 0x1000).number(DW_AT_high_pc, DW_FORM_data4, 0x100);
        root.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, function)
                .number(DW_AT_low_pc, DW_FORM_addr, 0x1000)
                .number(DW_AT_high_pc, DW_FORM_data4, 0x100);
        return new DwarfFile(
                "test",
                TestFiles.sections(dwarf),
                Optional.empty(),
                SplitFiles.none(),
                new IndexSettings(cache, Optional.of("key"), Optional.of(copy), new Cancellation(), Progress.NONE));
    }
}

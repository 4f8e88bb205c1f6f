package org.wyrm.orc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.elf.ElfFile;
import org.wyrm.testkit.dump.LabKernel;

/** Every entry of the lab's kernels beside what a script makes of the same bytes. Skipped, loudly, without them. */
class OrcKernelLabTest {
    /** Prints address, type, registers, offsets of each entry, sorted as the kernel sorts them. */
    private static final String ORACLE = """
            import struct, sys
            path, ips, base, entries, count, layout = sys.argv[1], *map(int, sys.argv[2:])
            data = open(path, 'rb').read()
            old = 'und prev dx di bp sp r10 r13 *bp *sp'.split()
            rows = []
            for i in range(count):
                ip, = struct.unpack_from('<i', data, ips + 4 * i)
                sp, bp, flags = struct.unpack_from('<hhH', data, entries + 6 * i)
                spreg, bpreg = old[flags & 15], old[flags >> 4 & 15]
                if layout < 630:
                    kind, end = ('call', 'regs', 'regs_partial')[flags >> 8 & 3], flags >> 10 & 1
                    signal = int(kind != 'call')
                    if spreg == 'und':
                        kind, signal = ('undefined', 'end_of_stack')[end], 0
                else:
                    kind = ('undefined', 'end_of_stack', 'call', 'regs', 'regs_partial')[flags >> 8 & 7]
                    signal = flags >> 11 & 1
                if kind in ('undefined', 'end_of_stack'):
                    text = f'{kind} {signal}'
                else:
                    where = {'*sp': f'*(sp{sp:+d})' if layout < 512 else f'*(sp){sp:+d}', '*bp': f'*(bp{sp:+d})'}
                    text = f'{kind} {signal} {where.get(spreg, f"{spreg}{sp:+d}")} {bpreg}{bp:+d}'
                rows.append(((base + 4 * i + ip) % 2**64, kind != 'undefined', text))
            rows.sort(key=lambda row: row[:2])
            for address, known, text in rows:
                print(f'{address:x} {text}')
            """;

    @ParameterizedTest
    @CsvSource({"5.10, LINUX_4_14, 510", "6.1, LINUX_5_12, 512", "6.12, LINUX_6_4, 640"})
    void everyEntryIsThatOfTheScript(String series, OrcLayout expected, int scriptLayout) {
        var kernel = LabKernel.find(series);
        requireOrSkip(kernel.isPresent(), "no kernel " + series + " in the lab");
        var path = kernel.orElseThrow().vmlinux();
        try (var file = MappedFile.open(path)) {
            var elf = ElfFile.parse(file.bytes());
            var addresses = elf.findSection(".orc_unwind_ip").orElseThrow();
            var entries = elf.findSection(".orc_unwind").orElseThrow();
            var layout = elf.findSection(".orc_header")
                    .map(header -> OrcLayout.ofHeader(elf.bytes(header)))
                    .orElseGet(() -> OrcLayout.ofRelease(kernel.orElseThrow().release()));
            assertThat(layout).isEqualTo(expected);
            var table = OrcTable.of(elf.bytes(addresses), addresses.address(), elf.bytes(entries), layout);
            var theirs = LabKernel.output(
                    "python3",
                    "-c",
                    ORACLE,
                    path.toString(),
                    "" + addresses.offsetBytes(),
                    Long.toUnsignedString(addresses.address()),
                    "" + entries.offsetBytes(),
                    "" + table.count(),
                    "" + scriptLayout);
            requireOrSkip(theirs.isPresent(), "no python3 to compare with");

            assertThat(table.count())
                    .isGreaterThan(300_000)
                    .isEqualTo(theirs.orElseThrow().size());
            for (var index = 0; index < table.count(); index++) {
                if (!text(table, index).equals(theirs.orElseThrow().get(index))) {
                    assertThat(text(table, index))
                            .isEqualTo(theirs.orElseThrow().get(index));
                }
                isFound(table, index);
            }
            assertThat(table.find(table.address(0) - 1)).isEmpty();
            System.err.printf("%s: %d entries are as the script's%n", path.getFileName(), table.count());
        }
    }

    private static void isFound(OrcTable table, int index) {
        var isLast = index + 1 == table.count() || table.address(index + 1) != table.address(index);
        if (isLast && !table.find(table.address(index)).equals(OptionalInt.of(index))) {
            assertThat(table.find(table.address(index))).hasValue(index);
        }
    }

    private static String text(OrcTable table, int index) {
        var entry = table.entry(index);
        var head = Long.toHexString(table.address(index)) + " "
                + entry.type().name().toLowerCase(Locale.ROOT)
                + (entry.isSignal() ? " 1" : " 0");
        if (entry.type() == OrcType.UNDEFINED || entry.type() == OrcType.END_OF_STACK) {
            return head;
        }
        var sp = name(entry.spRegister());
        var where = switch (entry.spIndirection()) {
            case NONE -> sp + signed(entry.spOffset());
            case OF_SUM -> "*(" + sp + signed(entry.spOffset()) + ")";
            case OF_REGISTER -> "*(" + sp + ")" + signed(entry.spOffset());
        };
        return head + " " + where + " " + name(entry.bpRegister()) + signed(entry.bpOffset());
    }

    private static String signed(int offset) {
        return offset < 0 ? "" + offset : "+" + offset;
    }

    private static String name(OrcRegister register) {
        return switch (register) {
            case UNDEFINED -> "und";
            case PREV_SP -> "prev";
            default -> register.name().toLowerCase(Locale.ROOT);
        };
    }

    private static void requireOrSkip(boolean condition, String missing) {
        if (!condition) {
            System.err.println("SKIPPED: " + missing);
        }
        Assumptions.assumeTrue(condition, missing);
    }
}

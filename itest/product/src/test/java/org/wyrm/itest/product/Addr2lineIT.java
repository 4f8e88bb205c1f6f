package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.elf.ElfSection;
import org.wyrm.itest.dwarf.OpenDwarf;
import org.wyrm.testkit.dump.Sample;

/** The functions, inlined calls and lines of random addresses of a kernel's code, as addr2line prints them. */
class Addr2lineIT {
    private static final Sample SAMPLE = Sample.of(2_000, 20_000);

    private enum Rule implements PeerRule {
        /** Each time, llvm-symbolizer is asked and has the file that we have. */
        FILE_ONE("binutils 2.40 takes file 1 of a DWARF 5 table for the unit's own, file 0") {
            @Override
            public double maxShare() {
                return 0.02;
            }
        },
        /** Each time, llvm-symbolizer is asked and knows no line either. */
        BEHIND_THE_LAST_LINE("addr2line goes on with the last line behind a sequence's end");

        private final String reason;

        Rule(String reason) {
            this.reason = reason;
        }

        @Override
        public String reason() {
            return reason;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void randomAddressesLeadWhereAddr2lineSays(String series) {
        try (var kernel = OpenDwarf.open(Lab.vmlinux(series))) {
            var addresses = addresses(kernel);
            System.out.println("Addr2lineIT: " + addresses.size() + " addresses, " + SAMPLE);
            var file = kernel.file().path().toString();
            var theirs = Frame.parse(Peer.of("addr2line").ask(addresses, "-a", "-i", "-f", "-e", file));
            var symbols = symbols(kernel);
            var lines = kernel.dwarf().lines().orElseThrow();
            var comparison = new PeerComparison<>("Addr2lineIT " + series, Rule.class);
            var open = new ArrayList<String>();
            for (var address : addresses) {
                var names = symbols.floorEntry(Frame.address(address)).getValue();
                if (isSame(Frame.at(lines, Frame.address(address)), theirs.get(address), names)) {
                    comparison.same();
                } else {
                    open.add(address);
                }
            }
            var witness = Frame.parse(
                    Peer.of("llvm-symbolizer").ask(open, "--output-style=GNU", "-a", "-i", "-f", "-e", file));
            for (var address : open) {
                judge(
                        comparison,
                        address,
                        theirs.get(address),
                        Frame.at(lines, Frame.address(address)),
                        witness.get(address));
            }

            System.out.println(comparison);
            assertThat(comparison.problems()).isEmpty();
            assertThat(comparison.count()).isEqualTo(addresses.size());
        }
    }

    private static void judge(
            PeerComparison<Rule> comparison,
            String address,
            List<Frame> theirs,
            List<Frame> ours,
            List<Frame> witness) {
        var hasNoLine = ours.stream().allMatch(frame -> frame.place().equals(Frame.UNKNOWN));
        if (!Frame.places(ours).equals(Frame.places(witness))) {
            comparison.differs(address, theirs, ours + "\n  LLVM:   " + witness);
        } else if (hasNoLine) {
            comparison.taken(Rule.BEHIND_THE_LAST_LINE);
        } else if (lineNumbers(ours).equals(lineNumbers(theirs))) {
            comparison.taken(Rule.FILE_ONE);
        } else {
            comparison.differs(address, theirs, ours);
        }
    }

    private static List<String> lineNumbers(List<Frame> frames) {
        return frames.stream()
                .map(frame -> frame.place().substring(frame.place().lastIndexOf(':') + 1))
                .toList();
    }

    /** {@return whether all frames are the same; where DWARF has no function, theirs must be the symbol's} */
    private static boolean isSame(List<Frame> ours, List<Frame> theirs, Set<String> symbolNames) {
        if (ours.equals(theirs)) {
            return true;
        }
        return ours.size() == 1
                && theirs.size() == 1
                && ours.getFirst().function().equals(Frame.UNKNOWN)
                && symbolNames.contains(theirs.getFirst().function())
                && Frame.places(ours).equals(Frame.places(theirs));
    }

    /** {@return addresses of code, each byte with the same chance} */
    private static List<String> addresses(OpenDwarf kernel) {
        var code = kernel.file().elf().sections().stream()
                .filter(section -> (section.flags() & ElfSection.SHF_EXECINSTR) != 0)
                .toList();
        var byteSize = code.stream().mapToLong(ElfSection::byteSize).sum();
        var random = SAMPLE.random();
        var addresses = new TreeSet<String>();
        while (addresses.size() < SAMPLE.size()) {
            var at = random.nextLong(byteSize);
            for (var section : code) {
                if (at < section.byteSize()) {
                    addresses.add(Frame.text(section.address() + at));
                    break;
                }
                at -= section.byteSize();
            }
        }
        return List.copyOf(addresses);
    }

    /** {@return the names that each address has by symbols; all of the kernel's have the same sign} */
    private static TreeMap<Long, Set<String>> symbols(OpenDwarf kernel) {
        var names = new TreeMap<Long, Set<String>>();
        names.put(Long.MIN_VALUE, Set.of());
        for (var symbol : kernel.file().elf().symbolTable().orElseThrow().symbols()) {
            if (symbol.value() < 0) {
                names.computeIfAbsent(symbol.value(), fresh -> new TreeSet<>()).add(symbol.name());
            }
        }
        return names;
    }
}

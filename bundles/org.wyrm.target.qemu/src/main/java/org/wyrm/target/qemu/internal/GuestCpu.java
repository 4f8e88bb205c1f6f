package org.wyrm.target.qemu.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wyrm.program.spi.TargetImage.Note;
import org.wyrm.remote.CpuNotes;

/**
 * The registers of a CPU of x86-64, as {@code info registers -a} prints them.
 *
 * <pre>
 * CPU#0
 * RAX=000000000001ad40 RBX=0000000000000000 RCX=7ffffffe3b3e3cff RDX=4000000000000000
 * R8 =0000000000000000 R9 =000000003cf3b2b4 R10=00000000fffffffb R11=0000000000000000
 * RIP=ffffffffb7417a0b RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1
 * CS =0010 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]
 * CR0=80050033 CR2=00000000005794a9 CR3=0000000002df4000 CR4=00750eb0
 * </pre>
 *
 * <p>A CPU that is not in 64-bit mode has {@code EAX=} instead: it runs no Linux for x86-64, and has page tables only.
 *
 * @param index its number, from 0
 * @param registers by the names that gdb has for them
 */
record GuestCpu(int index, Map<String, Long> registers) {
    private static final Pattern CPU = Pattern.compile("CPU#([0-9]{1,6})\\s*");
    private static final Pattern GENERAL =
            Pattern.compile("\\b(R[A-Z0-9]{1,2}) ?=([0-9a-f]{16}|(?<=RFL=)[0-9a-f]{8})\\b");
    private static final Pattern SEGMENT = Pattern.compile("([CDEFGS]S) =([0-9a-f]{4}) ([0-9a-f]{16}) .*");
    private static final Pattern CONTROL = Pattern.compile("\\b(CR[34])=([0-9a-f]{8,16})\\b");

    /** RAX to R15, RIP and RFL. */
    private static final int GENERAL_COUNT = 18;

    private static final String PAGE_TABLES = "cr3";

    /** {@return the CPUs that a text tells of} */
    static List<GuestCpu> parse(QmpLink link, String text) {
        var cpus = new ArrayList<GuestCpu>();
        for (var line : text.lines().toList()) {
            var heading = CPU.matcher(line);
            if (heading.matches()) {
                cpus.add(new GuestCpu(Integer.parseInt(heading.group(1)), new HashMap<>()));
            } else if (!cpus.isEmpty()) {
                cpus.getLast().add(line);
            }
        }
        for (var cpu : cpus) {
            if (!cpu.registers.containsKey(PAGE_TABLES)) {
                throw link.malformed("'info registers -a' has no CR3 of CPU " + cpu.index);
            }
        }
        if (cpus.isEmpty()) {
            throw link.malformed("'info registers -a' tells of no CPU: " + QmpLink.words(text));
        }
        return cpus;
    }

    private void add(String line) {
        for (var general = GENERAL.matcher(line); general.find(); ) {
            var name = general.group(1).equals("RFL") ? "eflags" : general.group(1);
            put(name, general.group(2));
        }
        var segment = SEGMENT.matcher(line);
        if (segment.matches()) {
            put(segment.group(1), segment.group(2));
            put(segment.group(1) + "_base", segment.group(3));
        }
        for (Matcher control = CONTROL.matcher(line); control.find(); ) {
            put(control.group(1), control.group(2));
        }
    }

    private void put(String name, String digits) {
        registers.put(name.toLowerCase(Locale.ROOT), Long.parseUnsignedLong(digits, 16));
    }

    /** {@return the physical address of its page tables' root; empty if it has none} */
    OptionalLong pageTables() {
        var root = registers.getOrDefault(PAGE_TABLES, 0L) & -1L << 12;
        return root == 0 ? OptionalLong.empty() : OptionalLong.of(root);
    }

    List<Note> notes() {
        var notes = CpuNotes.of(index, this::find);
        return has64Bits() ? notes : notes.subList(1, notes.size());
    }

    private boolean has64Bits() {
        return registers.keySet().stream()
                        .filter(name -> name.startsWith("r") || name.equals("eflags"))
                        .count()
                == GENERAL_COUNT;
    }

    private OptionalLong find(String name) {
        var value = registers.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}

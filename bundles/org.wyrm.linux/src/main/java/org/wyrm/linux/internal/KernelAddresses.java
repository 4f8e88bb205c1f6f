package org.wyrm.linux.internal;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.linux.pid.Pids;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.unwind.spi.AddressNamer;

/** Tells of addresses that are of slab objects, and on stacks of tasks. */
final class KernelAddresses implements AddressNamer {
    /** Where the bits of {@code page_type} are that tell the type, since Linux v6.12. */
    private static final int PAGE_TYPE_SHIFT = 24;

    private static final long COMPOUND_TAIL = 1;

    @Override
    public Optional<String> name(Program program, long virtualAddress) {
        // User space has nothing of a kernel's.
        if (virtualAddress >= 0) {
            return Optional.empty();
        }
        try {
            var stack = program.cached(TaskStacks.class, TaskStacks::new).owner(virtualAddress);
            return stack.isPresent()
                    ? stack.map(pid -> "stack of " + pid)
                    : program.cached(Slabs.class, Slabs::new).object(virtualAddress);
        } catch (CancelledException e) {
            throw e;
        } catch (DebuggerException unknown) {
            return Optional.empty();
        }
    }

    /** The stacks of all tasks. */
    private static final class TaskStacks {
        private final TreeMap<Long, Long> ends = new TreeMap<>(Long::compareUnsigned);
        private final TreeMap<Long, Integer> owners = new TreeMap<>(Long::compareUnsigned);

        TaskStacks(Program program) {
            Pids.forEachTask(program).forEach(task -> add(task));
        }

        private void add(Value task) {
            Attempt.of(() -> {
                if (!task.member("stack").isNull()) {
                    var range = KernelStacks.ofTask(task).range();
                    ends.put(range.firstAddress(), range.lastAddress());
                    owners.put(range.firstAddress(), task.member("pid").intValue());
                }
                return true;
            });
        }

        Optional<Integer> owner(long address) {
            var below = ends.floorEntry(address);
            return below == null || Long.compareUnsigned(address, below.getValue()) > 0
                    ? Optional.empty()
                    : Optional.ofNullable(owners.get(below.getKey()));
        }
    }

    /**
     * The objects of slab caches, by the pages that they are in.
     *
     * @kernel mm/slub.c
     */
    private static final class Slabs {
        private final Program program;
        private final long directMap;
        private final long vmemmap;
        private final TargetType page;
        /** Of the flag before Linux v6.10, in {@code page.flags}. */
        private final OptionalLong slabFlag;
        /** Of the type after that, in {@code page.page_type}. */
        private final OptionalLong slabType;

        private final @Nullable TargetType slab;

        Slabs(Program program) {
            this.program = program;
            this.directMap =
                    program.memory().u64(program.symbol("page_offset_base").address());
            this.vmemmap = program.memory().u64(program.symbol("vmemmap_base").address());
            this.page = program.type("struct page");
            this.slabFlag = enumerator("pageflags", "PG_slab");
            this.slabType = enumerator("pagetype", "PGTY_slab");
            this.slab = program.findType("struct slab").orElse(null);
        }

        private OptionalLong enumerator(String type, String name) {
            return program.findTypes(TypeKind.ENUM, type).stream()
                    .flatMap(found -> ((EnumType) found.resolve()).enumerators().stream())
                    .filter(each -> each.name().equals(name))
                    .mapToLong(TargetType.Enumerator::value)
                    .findFirst();
        }

        Optional<String> object(long address) {
            var distance = address - directMap;
            if (distance < 0) {
                return Optional.empty();
            }
            var pageByteSize = program.pageByteSize();
            var head = head(program.object(page, vmemmap + distance / pageByteSize * Value.sizeOf(page)));
            if (!isSlab(head)) {
                return Optional.empty();
            }
            // Since Linux kernel commit d122019bf061 ("mm: Split slab into its own type") (in v5.17), struct slab is a
            // type of its own.
            var cache = (slab == null ? head : program.object(slab, head.address())).member("slab_cache");
            var byteSize = cache.member("size").longValue();
            var first = directMap + (head.address() - vmemmap) / Value.sizeOf(page) * pageByteSize;
            if (byteSize <= 0) {
                return Optional.empty();
            }
            var offset = (address - first) % byteSize;
            return Optional.of(
                    "slab " + cache.member("name").string() + (offset == 0 ? "" : "+0x" + Long.toHexString(offset)));
        }

        private Value head(Value of) {
            var compound = of.member("compound_head").longValue();
            return (compound & COMPOUND_TAIL) == 0 ? of : program.object(page, compound - COMPOUND_TAIL);
        }

        private boolean isSlab(Value head) {
            if (slabType.isPresent()) {
                return (head.member("page_type").longValue() & 0xffff_ffffL) >>> PAGE_TYPE_SHIFT
                        == (slabType.getAsLong() & 0xff);
            }
            return slabFlag.isPresent() && (head.member("flags").longValue() >>> slabFlag.getAsLong() & 1) != 0;
        }
    }
}

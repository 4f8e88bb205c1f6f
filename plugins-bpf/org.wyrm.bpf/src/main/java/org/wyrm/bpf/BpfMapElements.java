package org.wyrm.bpf;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.bpf.internal.MapTypes;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Field;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/**
 * What is in a BPF map: of arrays, hashes, tries, queues, stacks and what cgroups keep. Confined to one thread.
 *
 * <p>Keys and values are of the types that the map's BTF tells, else arrays of bytes. Where a map refers to other maps or
 * to programs, the values are their numbers, as user space sees them.
 */
public final class BpfMapElements {
    private static final int VALUE_ALIGNMENT = 8;

    /** {@code MAX_BPF_STACK}: a program has keys on its stack. */
    private static final long MAX_KEY_BYTES = 512;

    /** {@code KMALLOC_MAX_SIZE}, and more than what is shown of an array's one value. */
    private static final long MAX_VALUE_BYTES = 4 << 20;

    /** {@code LPM_TREE_NODE_FLAG_IM}: a node that only joins others. */
    private static final long LPM_INTERMEDIATE = 1;

    /** No trie is deeper: {@code LPM_DATA_SIZE_MAX} bytes of a key, a level for each bit. */
    private static final int MAX_TRIE_DEPTH = 256 * Byte.SIZE + 1;

    private final Value map;
    private final Program program;
    private final long keyByteSize;
    private final long valueByteSize;
    private final Optional<TargetType> knownKeyType;
    private final TargetType keyType;
    private final TargetType valueType;

    /**
     * A key and its value.
     *
     * @param key empty in queues and stacks
     * @param cpu whose value it is, in maps of values of CPUs
     */
    public record Element(Optional<Value> key, OptionalInt cpu, Value value) {}

    private BpfMapElements(Value map) {
        this.map = map;
        this.program = map.program();
        this.keyByteSize = map.member("key_size").longValue();
        this.valueByteSize = map.member("value_size").longValue();
        if (keyByteSize > MAX_KEY_BYTES || valueByteSize > MAX_VALUE_BYTES) {
            throw new CorruptStructureException(
                    "bpf_map",
                    Walk.addressOf(map),
                    "its keys have " + keyByteSize + " bytes and its values " + valueByteSize + ", more than any");
        }
        var types = new MapTypes(map);
        this.knownKeyType = types.key();
        this.keyType = knownKeyType.orElseGet(() -> types.bytes(keyByteSize));
        this.valueType = types.value().orElseGet(() -> types.bytes(valueByteSize));
    }

    /**
     * {@return what is in a map}
     *
     * @param map {@code struct bpf_map *}
     * @throws LookupFailedException if it is of a kind that has no elements, or one that is not known here
     * @throws CorruptStructureException if a chain of a hash comes back to itself, or the BTF does not fit the map
     * @kernel kernel/bpf/hashtab.c
     */
    public static Stream<Element> bpfMapElements(Value map) {
        return new BpfMapElements(map).elements();
    }

    private Stream<Element> elements() {
        var type = BpfMaps.type(map);
        return switch (type) {
            case "array" -> array();
            case "percpu_array" -> indexes().flatMap(index -> perCpu(indexKey(index), pointers("pptrs", index)));
            case "prog_array" -> references("struct bpf_prog", BpfPrograms::id);
            case "array_of_maps" -> references("struct bpf_map", BpfMaps::id);
            case "hash", "lru_hash" ->
                nodes().map(node -> new Element(nodeKey(node), OptionalInt.empty(), value(node)));
            case "percpu_hash", "lru_percpu_hash" ->
                nodes().flatMap(node -> perCpu(nodeKey(node), perCpuPointer(node)));
            case "hash_of_maps" -> nodes().map(node -> new Element(nodeKey(node), OptionalInt.empty(), mapIn(node)));
            case "lpm_trie" -> Walk.whileFound(new Trie());
            case "queue" -> queue();
            case "stack" -> stack();
            case "cgroup_storage" -> storages().map(this::stored);
            case "percpu_cgroup_storage" ->
                storages()
                        .flatMap(storage -> perCpu(
                                storageKey(storage),
                                storage.member("percpu_buf").longValue()));
            default ->
                throw new LookupFailedException(
                        "elements", BpfMaps.name(map), "maps of type " + type + " have none, or they are not read");
        };
    }

    private Value container(String type, String member) {
        return map.containerOf(program.type(type), member);
    }

    private LongStream indexNumbers() {
        return LongStream.range(0, map.member("max_entries").longValue())
                .peek(index -> program.cancellation().check());
    }

    private Stream<Long> indexes() {
        return indexNumbers().boxed();
    }

    /** {@return the key of an array's element} */
    private Optional<Value> indexKey(long index) {
        return Optional.of(program.scalar(knownKeyType.orElseGet(() -> program.type("unsigned int")), index));
    }

    private Stream<Element> array() {
        var array = container("struct bpf_array", "map");
        var first = array.member("value").address();
        var stride = array.member("elem_size").longValue();
        return indexes()
                .map(index -> new Element(
                        indexKey(index), OptionalInt.empty(), program.object(valueType, first + index * stride)));
    }

    private long pointers(String member, long index) {
        return container("struct bpf_array", "map")
                .member(member)
                .subscript(index)
                .longValue();
    }

    /** {@return the objects that an array refers to, by their numbers} */
    private Stream<Element> references(String type, ToLongFunction<Value> id) {
        return indexes().flatMap(index -> {
            var address = pointers("ptrs", index);
            return address == 0
                    ? Stream.empty()
                    : Stream.of(new Element(
                            indexKey(index),
                            OptionalInt.empty(),
                            number(id.applyAsLong(program.object(program.type(type), address)))));
        });
    }

    private Value number(long id) {
        return program.scalar(program.type("unsigned int"), id);
    }

    private Stream<Element> perCpu(Optional<Value> key, long pointer) {
        var typed = program.scalar(program.pointerTo(valueType), pointer);
        return Cpumasks.forEachPossibleCpu(program)
                .mapToObj(cpu -> new Element(key, OptionalInt.of(cpu), Percpu.perCpuPtr(typed, cpu)));
    }

    /** {@return the addresses of the elements of a hash, {@code struct htab_elem}} */
    private Stream<Long> nodes() {
        var table = container("struct bpf_htab", "map");
        var buckets = table.member("buckets");
        var next = Field.of(program.type("struct hlist_nulls_node"), "next").byteOffset();
        var node = Field.of(program.type("struct htab_elem"), "hash_node").byteOffset();
        return LongStream.range(0, table.member("n_buckets").longValue())
                .boxed()
                .peek(bucket -> program.cancellation().check())
                .flatMap(bucket -> Walk.chain(
                        program,
                        "htab_elem",
                        orZero(buckets.subscript(bucket)
                                .member("head")
                                .member("first")
                                .longValue()),
                        0,
                        address -> orZero(program.memory().u64(address + next))))
                .map(address -> address - node);
    }

    /** A pointer that ends a chain is odd. */
    private static long orZero(long pointer) {
        return (pointer & 1) == 0 ? pointer : 0;
    }

    private long keyAddress(long node) {
        return node + Field.of(program.type("struct htab_elem"), "key").byteOffset();
    }

    private Optional<Value> nodeKey(long node) {
        return Optional.of(program.object(keyType, keyAddress(node)));
    }

    private long valueAddress(long node) {
        return keyAddress(node) + aligned(keyByteSize);
    }

    private static long aligned(long byteSize) {
        return (byteSize + VALUE_ALIGNMENT - 1) & -VALUE_ALIGNMENT;
    }

    private Value value(long node) {
        return program.object(valueType, valueAddress(node));
    }

    private Value mapIn(long node) {
        var address = program.memory().u64(valueAddress(node));
        return number(BpfMaps.id(program.object(program.type("struct bpf_map"), address)));
    }

    /**
     * {@return where an element of a hash has its CPUs' values}
     *
     * <p>Since Linux kernel commit 11ba7ce076e5 ("bpf: Fix kmemleak warning for percpu hashmap") (in v6.15, and in stable
     * kernels before), the pointer is behind the key at the next multiple of 8. Before that, right behind the key. No
     * type tells which: so it is that one of the two which may be of memory that was allocated for each CPU.
     */
    private long perCpuPointer(long node) {
        var behind = program.memory().u64(keyAddress(node) + keyByteSize);
        var aligned = program.memory().u64(valueAddress(node));
        if (behind == aligned || !isPerCpu(aligned)) {
            return behind;
        }
        if (isPerCpu(behind)) {
            throw new CorruptStructureException("htab_elem", node, "both of its words may be where its values are");
        }
        return aligned;
    }

    private boolean isPerCpu(long pointer) {
        var typed = program.scalar(program.pointerTo(valueType), pointer);
        return pointer % VALUE_ALIGNMENT == 0
                && !isVariable(pointer)
                && Attempt.of(() -> Cpumasks.forEachPossibleCpu(program)
                                .allMatch(cpu -> Percpu.perCpuPtr(typed, cpu).bytes().length > 0))
                        .orElse(false);
    }

    /** {@return whether a pointer is of the per-CPU variables of the kernel itself, or null} */
    private boolean isVariable(long pointer) {
        var start = program.symbol("__per_cpu_start").address();
        var byteSize = program.symbol("__per_cpu_end").address() - start;
        return pointer == 0 || Long.compareUnsigned(pointer - start, byteSize) < 0;
    }

    private Stream<Element> queue() {
        var queue = container("struct bpf_queue_stack", "map");
        var tail = queue.member("tail").longValue();
        var size = queue.member("size").longValue();
        var head = queue.member("head").longValue();
        var count = size == 0 ? 0 : Math.floorMod(head - tail, size);
        return LongStream.range(0, count).mapToObj(at -> entry(queue, (tail + at) % size));
    }

    /** The last that came is the first. */
    private Stream<Element> stack() {
        var stack = container("struct bpf_queue_stack", "map");
        var size = stack.member("size").longValue();
        var head = stack.member("head").longValue();
        var count = size == 0 ? 0 : Math.floorMod(head - stack.member("tail").longValue(), size);
        return LongStream.rangeClosed(1, count).mapToObj(at -> entry(stack, Math.floorMod(head - at, size)));
    }

    private Element entry(Value queue, long index) {
        program.cancellation().check();
        var address = queue.member("elements").address() + index * valueByteSize;
        return new Element(Optional.empty(), OptionalInt.empty(), program.object(valueType, address));
    }

    private Stream<Value> storages() {
        return Lists.listForEachEntry(
                program.type("struct bpf_cgroup_storage"),
                container("struct bpf_cgroup_storage_map", "map").member("list"),
                "list_map");
    }

    private Optional<Value> storageKey(Value storage) {
        return Optional.of(storage.member("key").reinterpret(keyType));
    }

    private Element stored(Value storage) {
        var address = storage.member("buf").member("data").address();
        return new Element(storageKey(storage), OptionalInt.empty(), program.object(valueType, address));
    }

    /** The nodes of a trie, from the root. */
    private final class Trie implements Supplier<Optional<Element>> {
        private final TargetType type = program.type("struct lpm_trie_node");
        private final long dataByteSize;
        private final Deque<Node> open = new ArrayDeque<>();

        /** A node and how far below the root it is. */
        private record Node(Value node, int depth) {}

        Trie() {
            var trie = container("struct lpm_trie", "map");
            dataByteSize = trie.member("data_size").longValue();
            push(trie.member("root"), 0);
        }

        private void push(Value pointer, int depth) {
            if (!pointer.isNull()) {
                if (depth > MAX_TRIE_DEPTH) {
                    throw new CorruptStructureException("lpm_trie_node", pointer.longValue(), "the trie has no end");
                }
                open.push(new Node(program.object(type, pointer.longValue()), depth));
            }
        }

        @Override
        public Optional<Element> get() {
            while (!open.isEmpty()) {
                program.cancellation().check();
                var at = open.pop();
                push(at.node.member("child").subscript(1), at.depth + 1);
                push(at.node.member("child").subscript(0), at.depth + 1);
                if ((at.node.member("flags").longValue() & LPM_INTERMEDIATE) == 0) {
                    return Optional.of(element(at.node));
                }
            }
            return Optional.empty();
        }

        /** The key, {@code struct bpf_lpm_trie_key}, is the length and the data: between them, the node has its flags. */
        private Element element(Value node) {
            var data = node.member("data").address();
            var key = new byte[(int) (Integer.BYTES + dataByteSize)];
            System.arraycopy(node.member("prefixlen").bytes(), 0, key, 0, Integer.BYTES);
            System.arraycopy(program.bytes(data, (int) dataByteSize), 0, key, Integer.BYTES, (int) dataByteSize);
            return new Element(
                    Optional.of(program.ofBytes(keyType, key)),
                    OptionalInt.empty(),
                    program.object(valueType, data + dataByteSize));
        }
    }
}

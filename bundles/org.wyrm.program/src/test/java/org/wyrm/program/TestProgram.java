package org.wyrm.program;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.wyrm.arch.FloatFormat;
import org.wyrm.arch.spi.Architecture;
import org.wyrm.arch.spi.KernelParameters;
import org.wyrm.arch.spi.PageTableEntry;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.arch.spi.SwapEntry;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.btf.BtfTypes;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.testkit.btf.BtfBuilder;

/**
 * A program made of bytes: memory from {@link #BASE} on, types in BTF, symbols by name. Everything below {@link #BASE},
 * and all above the memory's end, faults.
 */
public final class TestProgram {
    /** The first address that can be read. */
    public static final long BASE = 0x10000;

    private static final int BYTE_SIZE = 1 << 16;

    private final ByteOrder order;
    private final ByteBuffer memory;
    private final Map<String, List<Symbol>> symbols = new HashMap<>();
    private final Map<Class<?>, List<Object>> contributed = new HashMap<>();
    private final byte[] btf;
    private final List<byte[]> moduleBtfs = new ArrayList<>();
    private final List<Class<?>> helpers = new ArrayList<>();
    private final List<Consumer<Program.Builder>> parts = new ArrayList<>();
    private Optional<LongConsumer> beforeRead = Optional.empty();

    /** @param types describes the program's types */
    public TestProgram(BtfBuilder types) {
        this(types, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * @param types describes the program's types, in its byte order
     * @param order that of the program
     */
    public TestProgram(BtfBuilder types, ByteOrder order) {
        this.order = order;
        this.memory = ByteBuffer.allocate(BYTE_SIZE).order(order);
        this.btf = types.build();
        contribute(Architecture.class, new TestArchitecture(order));
    }

    public TestProgram u8(long address, int value) {
        memory.put(index(address), (byte) value);
        return this;
    }

    public TestProgram u16(long address, int value) {
        memory.putShort(index(address), (short) value);
        return this;
    }

    public TestProgram u32(long address, int value) {
        memory.putInt(index(address), value);
        return this;
    }

    public TestProgram u64(long address, long value) {
        memory.putLong(index(address), value);
        return this;
    }

    public TestProgram text(long address, String text) {
        memory.put(index(address), text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public TestProgram symbol(String name, long address, long byteSize) {
        symbols.computeIfAbsent(name, absent -> new ArrayList<>())
                .add(new Symbol(name, address, OptionalLong.of(byteSize), 'D', Optional.empty()));
        return this;
    }

    /** Adds types that are known by a source of their own, asked after that of the program. */
    public TestProgram module(BtfBuilder types) {
        moduleBtfs.add(types.build());
        return this;
    }

    public <T> TestProgram contribute(Class<T> type, T object) {
        contributed.computeIfAbsent(type, absent -> new ArrayList<>()).add(object);
        return this;
    }

    /** Takes another architecture than {@code test}. */
    public TestProgram architecture(Architecture architecture) {
        contributed.put(Architecture.class, List.of(architecture));
        return this;
    }

    /** Does something else to what makes the program. */
    public TestProgram with(Consumer<Program.Builder> part) {
        parts.add(part);
        return this;
    }

    /** Adds what an operating system would supply. */
    public <T> TestProgram extension(Class<T> type, T extension) {
        parts.add(builder -> builder.extension(type, extension));
        return this;
    }

    /** Adds a class of helpers, as its bundle's manifest would. */
    public TestProgram helpers(Class<?> type) {
        helpers.add(type);
        return this;
    }

    /**
     * Lets it run: what is set from now on is seen by the program that is open.
     *
     * @param beforeRead is called with each address that is read
     */
    public TestProgram running(LongConsumer beforeRead) {
        this.beforeRead = Optional.of(beforeRead);
        return this;
    }

    public Program open() {
        var source = beforeRead
                .<MemorySource>map(hook -> new Running(new Bytes(memory.array()), hook))
                .orElseGet(() -> new Bytes(memory.array().clone()));
        var image = new TestImage(source);
        var builder = new Program.Builder(image, new TestContributions(), () -> {}, CacheFolder.none())
                .memory(new TargetMemory(AddressSpace.VIRTUAL, order, List.of(source)))
                .source(types(btf))
                .source(new TestSymbols());
        for (var module : moduleBtfs) {
            builder.source(view -> types(module));
        }
        parts.forEach(part -> part.accept(builder));
        return builder.build();
    }

    private BtfTypes types(byte[] btf) {
        return BtfTypes.ofKernel(() -> ByteSlice.of("btf", btf, order), Long.BYTES, () -> 0, warning -> {});
    }

    private static int index(long address) {
        return (int) (address - BASE);
    }

    private record Running(Bytes bytes, LongConsumer beforeRead) implements MemorySource {
        @Override
        public long firstAddress() {
            return bytes.firstAddress();
        }

        @Override
        public long lastAddress() {
            return bytes.lastAddress();
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            beforeRead.accept(address);
            return bytes.chunk(address, wantedByteSize);
        }

        @Override
        public boolean isStable() {
            return false;
        }
    }

    private record Bytes(byte[] bytes) implements MemorySource {
        @Override
        public long firstAddress() {
            return BASE;
        }

        @Override
        public long lastAddress() {
            return BASE + bytes.length - 1;
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            // In small pieces, so that reads cross them.
            var first = Math.floorDiv(address, 64L) * 64;
            return new Chunk(first, MemorySegment.ofArray(bytes).asSlice(first - BASE, 64));
        }
    }

    private record TestImage(MemorySource source) implements TargetImage {
        @Override
        public String description() {
            return "test";
        }

        @Override
        public String architecture() {
            return "test";
        }

        @Override
        public List<MemorySource> physicalMemory() {
            return List.of(source);
        }
    }

    private record TestArchitecture(ByteOrder order) implements Architecture {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public int pointerByteSize() {
            return Long.BYTES;
        }

        @Override
        public Optional<FloatFormat> longDouble() {
            return Optional.of(FloatFormat.X87);
        }

        @Override
        public int pageShift() {
            return 12;
        }

        @Override
        public PageTables kernelPageTables(TargetMemory physical, KernelParameters parameters) {
            return new NoPageTables();
        }

        @Override
        public PageTables pageTables(TargetMemory physical, KernelParameters parameters, long rootPhysicalAddress) {
            return new NoPageTables();
        }

        @Override
        public PageTableEntry pageTableEntry(KernelParameters parameters, long value) {
            return new PageTableEntry(value, false, 0, List.of());
        }

        @Override
        public Optional<SwapEntry> swapEntry(long value) {
            return value == 0 ? Optional.empty() : Optional.of(new SwapEntry((int) value & 0xf, value >>> 4));
        }

        @Override
        public long directMapAddress(KernelParameters parameters) {
            return BASE;
        }
    }

    private static final class NoPageTables implements PageTables {
        @Override
        public Translation translate(long address) {
            throw new FaultException(AddressSpace.VIRTUAL, address, "there are no page tables");
        }

        @Override
        public Walk walk(long address) {
            return new Walk(List.of(), Optional.empty(), Optional.empty());
        }

        @Override
        public Optional<Translation> nextPage(long address, Cancellation cancellation) {
            return Optional.empty();
        }
    }

    private final class TestSymbols implements SymbolSource, SymbolFinder {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public Optional<SymbolFinder> symbols() {
            return Optional.of(this);
        }

        @Override
        public List<Symbol> findSymbols(String name) {
            return symbols.getOrDefault(name, List.of());
        }

        @Override
        public List<Symbol> symbolsAt(long virtualAddress) {
            return allSymbols()
                    .filter(symbol -> Long.compareUnsigned(
                                    virtualAddress - symbol.address(),
                                    symbol.byteSize().orElse(0))
                            < 0)
                    .toList();
        }

        @Override
        public Stream<Symbol> allSymbols() {
            return symbols.values().stream().flatMap(List::stream);
        }
    }

    private final class TestContributions implements Contributions {
        @Override
        public <T> List<Contribution<T>> of(Class<T> type) {
            var found = new ArrayList<Contribution<T>>();
            if (type == KernelName.class) {
                helpers.forEach(each -> found.add(new HelperClass<>(each)));
            }
            for (var object : contributed.getOrDefault(type, List.of())) {
                found.add(new Fixed<>(type.cast(object)));
            }
            return found;
        }
    }

    private record Fixed<T>(T get) implements Contribution<T> {
        @Override
        public String name() {
            return get instanceof Architecture ? "test" : "c";
        }

        @Override
        public String bundle() {
            return "test";
        }

        @Override
        public Map<String, String> attributes() {
            return Map.of();
        }
    }

    private record HelperClass<T>(Class<?> contributedClass) implements Contribution<T> {
        @Override
        public String name() {
            return "";
        }

        @Override
        public String bundle() {
            return "test";
        }

        @Override
        public Map<String, String> attributes() {
            var names = contributedClass.getAnnotation(ProvidesHelpers.class).names();
            return Map.of("names", String.join(",", names));
        }

        @Override
        public T get() {
            throw new IllegalStateException("helpers are static");
        }
    }
}

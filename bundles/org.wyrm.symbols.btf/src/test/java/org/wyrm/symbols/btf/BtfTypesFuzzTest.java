package org.wyrm.symbols.btf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.testkit.btf.BtfBuilder;

/** Types of any shape, circles too, are made or rejected, never anything else. See docs/help/fuzz.md. */
class BtfTypesFuzzTest {
    private static final int MAX_TYPES = 200;

    @FuzzTest
    void typesOfAnyShapeAreMadeOrRejected(FuzzedDataProvider data) {
        var kernel = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        while (data.remainingBytes() > 0 && kernel.nextId() < MAX_TYPES) {
            add(kernel, data);
            if (data.consumeInt(0, 15) == 0) {
                break;
            }
        }
        var module = kernel.split();
        while (data.remainingBytes() > 0 && module.nextId() < MAX_TYPES) {
            add(module, data);
        }
        var kernelBytes = ByteSlice.of("kernel", kernel.build(), ByteOrder.LITTLE_ENDIAN);
        var moduleBytes = ByteSlice.of("module", module.build(), ByteOrder.LITTLE_ENDIAN);
        var source = BtfTypes.ofKernel(() -> kernelBytes, 8, () -> 0, warning -> {});
        readAll(source, kernel.nextId());
        readAll(source.ofModule("m.ko", () -> moduleBytes, () -> 0), module.nextId());
    }

    private static void add(BtfBuilder btf, FuzzedDataProvider data) {
        var type = btf.number(data.consumeInt(-1, 40));
        var other = btf.number(data.consumeInt(0, 40));
        var value = data.consumeInt();
        switch (data.consumeInt(1, 19)) {
            case 1 ->
                btf.integer("long int", value & 0x1f, value >>> 8 & 0xf, value >>> 12 & 0xff, value >>> 20 & 0xff);
            case 2 -> btf.pointer(type);
            case 3 -> btf.array(type, other, value);
            case 4 -> btf.struct("s", value, btf.member("", type, value), btf.member("a", other, value));
            case 5 -> btf.union("s", value, btf.member("", type, 0), btf.member("", other, value));
            case 6 -> btf.enumeration("s", value & 0xf, btf.enumerator("A", value));
            case 7 -> btf.forwardStruct("s");
            case 8 -> btf.typedef("s", type);
            case 9 -> btf.volatileOf(type);
            case 10 -> btf.constOf(type);
            case 11 -> btf.restrictOf(type);
            case 12 -> btf.function("s", type);
            case 13 -> btf.prototype(type, btf.parameter("x", other), btf.ellipsis());
            case 14 -> btf.variable("s", type);
            case 15 -> btf.section(".data..percpu", 8, btf.entry(type, value, 8), btf.entry(other, value, 8));
            case 16 -> btf.floatingPoint("double", value & 0x1f);
            case 17 -> btf.declarationTag("tag", type, -1);
            case 18 -> btf.typeTag("tag", type);
            default -> btf.structWithBitFields("s", value, btf.bitField("", type, value & 0xff, value >>> 24));
        }
    }

    private static void readAll(BtfTypes source, int endId) {
        for (var id = 0; id < endId; id++) {
            var each = id;
            attempt(() -> source.type(each).unaliased());
            attempt(() -> {
                if (source.type(each) instanceof CompoundType compound) {
                    compound.findMember("a");
                }
            });
        }
        attempt(() -> source.findVariables("s"));
        attempt(() -> source.findFunctions("s"));
        for (var kind : TypeKind.values()) {
            attempt(() -> source.findTypes(kind, "s"));
            attempt(() -> source.typeNames(kind, "").count());
        }
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (MalformedDataException expected) {
            // The one way to say that types are wrong.
        }
    }
}

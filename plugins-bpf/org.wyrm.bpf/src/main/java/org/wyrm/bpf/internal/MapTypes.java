package org.wyrm.bpf.internal;

import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.btf.BtfTypes;

/** The types of a map's keys and values: those of the BTF that came with it, else plain bytes. */
public final class MapTypes {
    /** {@code BTF_MAX_SIZE}: what users load is not larger. */
    private static final long MAX_BTF_BYTES = 16 << 20;

    private final Value map;
    private final Program program;
    private final Optional<BtfTypes> types;

    /** @param map {@code struct bpf_map *} */
    public MapTypes(Value map) {
        this.map = map;
        this.program = map.program();
        this.types = types(map.member("btf"));
    }

    private Optional<BtfTypes> types(Value btf) {
        // One that goes on from the kernel's own is a module's; maps of users do not have it.
        if (btf.isNull()
                || btf.findMember("base_btf").filter(base -> !base.isNull()).isPresent()) {
            return Optional.empty();
        }
        var pointerByteSize = (int) Value.sizeOf(program.type("void *"));
        // Who uses a damaged type of these is told; there is nobody else who would.
        return Optional.of(BtfTypes.ofKernel(() -> bytes(btf), pointerByteSize, () -> 0L, damage -> {}));
    }

    private ByteSlice bytes(Value btf) {
        var byteSize = btf.member("data_size").longValue();
        if (byteSize > MAX_BTF_BYTES) {
            throw new CorruptStructureException(
                    "btf", Walk.addressOf(btf), "it has " + byteSize + " bytes, more than any");
        }
        var bytes = program.bytes(btf.member("data").longValue(), (int) byteSize);
        return ByteSlice.of(
                "BTF at 0x" + Long.toHexString(Walk.addressOf(btf)),
                bytes,
                program.memory().order());
    }

    /** {@return the type of keys that BTF tells} */
    public Optional<TargetType> key() {
        return type("btf_key_type_id", "key_size");
    }

    /** {@return the type of values that BTF tells} */
    public Optional<TargetType> value() {
        return type("btf_value_type_id", "value_size");
    }

    private Optional<TargetType> type(String id, String size) {
        var number = map.member(id).longValue();
        if (number == 0 || types.isEmpty()) {
            return Optional.empty();
        }
        var type = types.get().type(number);
        var byteSize = map.member(size).longValue();
        if (Value.sizeOf(type) != byteSize) {
            throw new CorruptStructureException(
                    "bpf_map",
                    Walk.addressOf(map),
                    "its " + size + " is " + byteSize + ", and by its BTF " + Value.sizeOf(type));
        }
        return Optional.of(type);
    }

    /** {@return the type of so many bytes of which nothing is known} */
    public TargetType bytes(long byteSize) {
        return program.arrayOf(program.type("unsigned char"), OptionalLong.of(byteSize));
    }
}

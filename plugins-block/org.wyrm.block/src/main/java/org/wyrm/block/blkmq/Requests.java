package org.wyrm.block.blkmq;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.Enumerator;

/** What disks are asked for: {@code struct request}. */
@ProvidesHelpers(
        names = {
            "blk_mq_rq_from_pdu",
            "blk_mq_rq_to_pdu",
            "blk_op_str",
            "blk_rq_bytes",
            "blk_rq_pos",
            "op_is_write",
            "req_op",
            "rq_data_dir"
        })
public final class Requests {
    private static final String REQUEST = "struct request";

    /** {@code REQ_OP_MASK}: the bits of {@code cmd_flags} that tell what is asked for; the others tell how. */
    private static final long REQ_OP_MASK = 0xff;

    private static final long LOWEST_FLAG = 8;
    private static final String OPERATION = "REQ_OP_";
    private static final String FLAG = "__REQ_";

    /** What ends the list of operations, and that of flags. */
    private static final String LAST_OPERATION = "REQ_OP_LAST";

    private static final String LAST_FLAG = "__REQ_NR_BITS";

    private Requests() {}

    /**
     * {@return what a driver keeps with a request, as a {@code void *}}
     *
     * @param rq {@code struct request *}
     * @kernel include/linux/blk-mq.h
     */
    @KernelName("blk_mq_rq_to_pdu")
    public static Value blkMqRqToPdu(Value rq) {
        var program = rq.program();
        return program.scalar(program.type("void *"), Walk.addressOf(rq) + byteSize(program));
    }

    /**
     * {@return the request that a driver keeps something with, {@code struct request}}
     *
     * @param pdu {@code void *}: what the driver keeps
     * @kernel include/linux/blk-mq.h
     */
    @KernelName("blk_mq_rq_from_pdu")
    public static Value blkMqRqFromPdu(Value pdu) {
        var program = pdu.program();
        return program.object(program.type(REQUEST), Walk.addressOf(pdu) - byteSize(program));
    }

    private static long byteSize(Program program) {
        return Value.sizeOf(program.type(REQUEST));
    }

    /**
     * {@return the sector, of 512 bytes, that a request begins at; -1, which is all ones, for one that is no matter of
     * sectors, but for the driver alone}
     *
     * @param rq {@code struct request *}
     * @kernel include/linux/blk-mq.h
     */
    @KernelName("blk_rq_pos")
    public static long blkRqPos(Value rq) {
        return rq.member("__sector").longValue();
    }

    /**
     * {@return how many bytes of a request are left to do}
     *
     * @param rq {@code struct request *}
     * @kernel include/linux/blk-mq.h
     */
    @KernelName("blk_rq_bytes")
    public static long blkRqBytes(Value rq) {
        return rq.member("__data_len").longValue();
    }

    /**
     * {@return what a request asks for, as {@code enum req_op}, or {@code enum req_opf} before v6.0}
     *
     * @param rq {@code struct request *}
     * @kernel include/linux/blk-mq.h
     */
    @KernelName("req_op")
    public static Value reqOp(Value rq) {
        return rq.program()
                .scalar(operations(rq.program()), rq.member("cmd_flags").longValue() & REQ_OP_MASK);
    }

    /**
     * {@return whether what is asked for changes what is on the disk}
     *
     * @param op {@code enum req_op}
     * @kernel include/linux/blk_types.h
     */
    @KernelName("op_is_write")
    public static boolean opIsWrite(long op) {
        return (op & 1) != 0;
    }

    /**
     * {@return where a request's data go: 1, {@code WRITE}, to the disk; 0, {@code READ}, from it}
     *
     * @param rq {@code struct request *}
     * @kernel include/linux/blk-mq.h
     */
    @KernelName("rq_data_dir")
    public static int rqDataDir(Value rq) {
        return opIsWrite(rq.member("cmd_flags").longValue() & REQ_OP_MASK) ? 1 : 0;
    }

    /**
     * {@return the name of what may be asked for, {@code WRITE_ZEROES} of {@code REQ_OP_WRITE_ZEROES}; empty if there
     * is no such}
     *
     * @param op {@code enum req_op}
     * @kernel block/blk-core.c
     */
    @KernelName("blk_op_str")
    public static Optional<String> blkOpStr(Program program, long op) {
        return enumerators(operations(program))
                .filter(each -> each.value() == op && !each.name().equals(LAST_OPERATION))
                .findFirst()
                .map(each -> each.name().substring(OPERATION.length()));
    }

    /**
     * {@return how a request asks, as names: {@code SYNC} and {@code META} of {@code REQ_SYNC | REQ_META}; a bit
     * without a name as its number}
     *
     * @param rq {@code struct request *}
     * @kernel include/linux/blk_types.h
     */
    public static List<String> flags(Value rq) {
        var program = rq.program();
        var bits = rq.member("cmd_flags").longValue();
        var names = enumerators(program.type("enum req_flag_bits")).toList();
        var found = new ArrayList<String>();
        for (var bit = LOWEST_FLAG; bit < Integer.SIZE; bit++) {
            if ((bits >>> bit & 1) != 0) {
                found.add(flag(names, bit));
            }
        }
        return found;
    }

    private static String flag(List<Enumerator> names, long bit) {
        return names.stream()
                .filter(each -> each.value() == bit && !each.name().equals(LAST_FLAG))
                .findFirst()
                .map(each -> each.name().substring(FLAG.length()))
                .orElseGet(() -> Long.toString(bit));
    }

    private static TargetType operations(Program program) {
        // Since Linux kernel commit ff07a02e9e8e ("treewide: Rename enum req_opf into enum req_op") (in v6.0), it has
        // that name.
        return program.findType("enum req_op")
                .or(() -> program.findType("enum req_opf"))
                .orElseThrow(() -> new LookupFailedException("type", "enum req_op"));
    }

    private static Stream<Enumerator> enumerators(TargetType type) {
        return type.unaliased() instanceof EnumType enumeration ? enumeration.enumerators().stream() : Stream.empty();
    }
}

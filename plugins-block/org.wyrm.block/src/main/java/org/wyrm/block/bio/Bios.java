package org.wyrm.block.bio;

import java.util.stream.Stream;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Parts of requests, each of which was asked for by itself: {@code struct bio}. */
@ProvidesHelpers(names = {"__rq_for_each_bio", "bio_list_for_each"})
public final class Bios {
    private static final String BIO = "struct bio";

    private Bios() {}

    /**
     * {@return the bios of a request, {@code struct bio}, in the order of their sectors; a flush has none}
     *
     * @param rq {@code struct request *}
     * @throws org.wyrm.base.error.CorruptStructureException if they come back to one of them
     * @kernel include/linux/blk-mq.h
     */
    @KernelName("__rq_for_each_bio")
    public static Stream<Value> rqForEachBio(Value rq) {
        return chain(rq, rq.member("bio").longValue());
    }

    /**
     * {@return the bios of a list, {@code struct bio}}
     *
     * @param list {@code struct bio_list *}
     * @throws org.wyrm.base.error.CorruptStructureException if they come back to one of them
     * @kernel include/linux/bio.h
     */
    @KernelName("bio_list_for_each")
    public static Stream<Value> bioListForEach(Value list) {
        return chain(list, list.member("head").longValue());
    }

    private static Stream<Value> chain(Value of, long first) {
        var program = of.program();
        var type = program.type(BIO);
        var next = program.field(BIO, "bi_next");
        return Walk.chain(
                        program,
                        "bio",
                        first,
                        0,
                        bio -> program.object(type, bio).member(next).longValue())
                .map(bio -> program.object(type, bio));
    }
}

package org.wyrm.net.skbuff;

import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType.PointerType;

/** Socket buffers, {@code struct sk_buff}, and the pages that their data may be in. */
@ProvidesHelpers(names = {"is_pp_page", "skb_shinfo"})
public final class Skbuffs {
    /** {@code PP_SIGNATURE} with the {@code POISON_POINTER_DELTA} of 64-bit kernels. */
    private static final long PP_SIGNATURE = 0xdead_0000_0000_0040L;

    /** What of the word has no part in the signature: flags of the page. */
    private static final long PP_FLAGS = 3;

    /** The number that a page is mapped for DMA by. */
    private static final long PP_DMA_INDEX_MASK = 0x7f_ffff_ff80L;

    private Skbuffs() {}

    /**
     * {@return what the data of a buffer ends with, {@code struct skb_shared_info}: its further parts}
     *
     * @param skb {@code struct sk_buff *}
     * @kernel include/linux/skbuff.h
     */
    @KernelName("skb_shinfo")
    public static Value skbShinfo(Value skb) {
        var program = skb.program();
        var end = skb.member("end");
        // NET_SKBUFF_DATA_USES_OFFSET: where pointers have 64 bits, the end is a distance.
        var address = end.type().unaliased() instanceof PointerType
                ? end.longValue()
                : skb.member("head").longValue() + end.longValue();
        return program.object(program.type("struct skb_shared_info"), address);
    }

    /**
     * {@return whether a page belongs to a page pool, by its signature}
     *
     * @param page {@code struct page *}
     * @kernel include/linux/mm.h
     */
    @KernelName("is_pp_page")
    public static boolean isPpPage(Value page) {
        // Since Linux kernel commit c07aea3ef4d4 ("mm: add a signature in struct page") (in v5.14), pages of pools
        // are marked. Before that, nothing tells them from others.
        var magic = page.findMember("pp_magic");
        if (magic.isEmpty()) {
            return false;
        }
        // Since Linux kernel commit ee62ce7a1d90 ("page_pool: Track DMA-mapped pages and unmap them when destroying
        // the pool") (in v6.16), the same word has a number of the mapping.
        var ignored = page.program()
                        .findType("struct page_pool")
                        .filter(type -> page.program().object(type, 0).hasMember("dma_mapped"))
                        .isPresent()
                ? PP_FLAGS | PP_DMA_INDEX_MASK
                : PP_FLAGS;
        return (magic.get().longValue() & ~ignored) == PP_SIGNATURE;
    }
}

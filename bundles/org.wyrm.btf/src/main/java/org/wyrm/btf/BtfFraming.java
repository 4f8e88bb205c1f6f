package org.wyrm.btf;

import java.util.Arrays;
import org.wyrm.btf.constants.BtfKind;

/**
 * The rules by which the words of a record tell how long it is: those that the kernel checks before it takes BTF, so that
 * what breaks them is damaged. They leave little to chance: of 600,000 places inside the records of a kernel, 300 look like
 * the start of a record, and nowhere do six in a row.
 *
 * @kernel kernel/bpf/btf.c
 */
final class BtfFraming {
    /** The words of a record before those of its kind. */
    static final int HEADER_WORDS = 3;

    /** So many words that no record has them, and their sum with any place fits. */
    static final int NO_RECORD = 1 << 30;

    /** By the number of a kind: the words of its record without items. */
    static final int[] RECORD_WORDS = new int[128];

    /** By the number of a kind: the words of each item. */
    static final int[] ITEM_WORDS = new int[128];

    /** By the number of a kind: the bits of info that are 0. */
    static final int[] ZERO_BITS = new int[128];

    private static final int KIND_FLAG = 1 << 31;
    private static final int ITEM_COUNT = 0xff_ffff;

    /** A function has its linkage in place of a count. */
    private static final int NO_LINKAGE = ITEM_COUNT & ~3;

    static {
        Arrays.fill(RECORD_WORDS, NO_RECORD);
        for (var kind : BtfKind.values()) {
            if (kind != BtfKind.BTF_KIND_UNKN) {
                RECORD_WORDS[kind.number()] = HEADER_WORDS + kind.fixedWords();
                ITEM_WORDS[kind.number()] = kind.wordsPerItem();
                ZERO_BITS[kind.number()] = zeroBits(kind);
            }
        }
    }

    private BtfFraming() {}

    private static int zeroBits(BtfKind kind) {
        return switch (kind) {
            case BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ENUM, BTF_KIND_ENUM64 -> 0;
            case BTF_KIND_FUNC_PROTO, BTF_KIND_DATASEC -> KIND_FLAG;
            case BTF_KIND_FUNC -> NO_LINKAGE | KIND_FLAG;
            // Since Linux kernel commit 53ee0d66d7a6 ("bpf: Allow loading type_tag and decl_tag with kflag") in v6.15,
            // tags may have the flag.
            case BTF_KIND_FWD, BTF_KIND_DECL_TAG, BTF_KIND_TYPE_TAG -> ITEM_COUNT;
            default -> ITEM_COUNT | KIND_FLAG;
        };
    }

    // Linux kernel commit f7a6b9eaff3e ("bpf: Extend BTF UAPI vlen, kinds to use unused bits") gave vlen 24 bits
    // instead
    // of 16 and kind 7 instead of 5. Before that, the others were 0.

    static int itemCount(int info) {
        return info & ITEM_COUNT;
    }

    static int kindNumber(int info) {
        return info >>> 24 & 0x7f;
    }

    /** {@return the word after a record, or -1 if there is none at a word} */
    static int next(int[] words, int at) {
        if (at > words.length - HEADER_WORDS) {
            return -1;
        }
        var info = words[at + 1];
        var kind = kindNumber(info);
        var next = at + RECORD_WORDS[kind] + itemCount(info) * ITEM_WORDS[kind];
        return next > words.length || (info & ZERO_BITS[kind]) != 0 ? -1 : next;
    }
}

package org.wyrm.net.netfilter.internal;

import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.net.netfilter.NfTables;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What there is in nf_tables, up to where a list is damaged, which is told. */
record NftWalks(Consumer<String> warnings) {
    /**
     * {@return the walks of a kernel}
     *
     * @throws UnsupportedTargetException if its nf_tables is not loaded
     * @throws org.wyrm.base.error.LookupFailedException if the types of nf_tables are not known, as before 5.11 without a file
     */
    static NftWalks of(Program program, Consumer<String> warnings) {
        require(program, "nft_do_chain");
        program.type("struct nft_table");
        return new NftWalks(warnings);
    }

    static void require(Program program, String symbol) {
        if (program.symbols(symbol).isEmpty()) {
            throw new UnsupportedTargetException(
                    "this target has not symbol %s: the module is not loaded".formatted(symbol));
        }
    }

    Stream<Value> tables(Value net) {
        return tolerant("tables", () -> NfTables.forEachNftTable(net));
    }

    Stream<Value> chains(Value table) {
        return tolerant("chains", () -> NfTables.chains(table));
    }

    Stream<Value> rules(Value chain) {
        return tolerant("rules", () -> NfTables.rules(chain));
    }

    Stream<Value> sets(Value table) {
        return tolerant("sets", () -> NfTables.sets(table));
    }

    private Stream<Value> tolerant(String what, Supplier<Stream<Value>> walk) {
        return Walk.tolerant(walk, error -> warnings.accept("%s of nf_tables: %s".formatted(what, error.getMessage())));
    }
}

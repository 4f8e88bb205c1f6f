package @name@.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.Declarations;

/** The variables that the helpers use: a kernel's own type information knows the types of few of them. */
@Contributes(type = Declarations.class, name = "@name@")
public final class PciDeclarations implements Declarations {
    private static final String FILE = "declarations.h";

    @Override
    public String name() {
        return FILE + " of @name@";
    }

    @Override
    public String text() {
        try (var in = Objects.requireNonNull(PciDeclarations.class.getResourceAsStream(FILE), FILE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package org.wyrm.target.qemu.internal;

import java.util.function.Consumer;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;

/** Whether a guest runs, and that it is left as it was found. Confined to one thread at a time. */
final class GuestState implements AutoCloseable {
    private final QmpLink link;
    private final Consumer<String> warnings;
    private final String found;
    private final boolean wasRunning;
    private boolean isPausedHere;
    private boolean isClosed;

    /** @param warnings is told where it is not what it was, or cannot be left as it was */
    GuestState(QmpLink link, Consumer<String> warnings) {
        this.link = link;
        this.warnings = warnings;
        var status = link.query("query-status");
        this.wasRunning = runs(status);
        this.found = QmpLink.words(status.find("status", String.class).orElse("?"));
    }

    private boolean runs(JsonObject status) {
        return status.find("running", Boolean.class)
                .orElseThrow(() -> link.malformed("the answer to 'query-status' does not say whether it runs"));
    }

    /** Pauses it until it is closed. */
    void pause() {
        if (wasRunning) {
            // First: also where the answer does not come, it may have been paused.
            isPausedHere = true;
            link.query("stop");
        }
    }

    /** {@return whether it runs on while it is looked at} */
    boolean isRunning() {
        return wasRunning && !isPausedHere;
    }

    /** {@return what it does, in QEMU's word: {@code running}, {@code guest-panicked}} */
    String word() {
        return isPausedHere ? "paused meanwhile" : found;
    }

    /** Lets it run on if it was paused here. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        link.end();
        try {
            if (isPausedHere) {
                link.query("cont");
            } else if (!wasRunning && runs(link.query("query-status"))) {
                warnings.accept("%s: another let the guest run meanwhile: what was read may be of several moments"
                        .formatted(link.address().label()));
            }
        } catch (UnreadableTargetException | MalformedDataException gone) {
            if (isPausedHere) {
                warnings.accept(
                        "the guest may be paused still, since it could not be told to go on: " + gone.getMessage());
            }
        }
    }
}

package org.wyrm.target.kcore.internal;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process reads, as root: a Java of few megabytes, {@link KcoreServer}, which ends with this one. Thread-safe. */
final class PrivilegedBytes implements KcoreBytes {
    /** Asks for the password on the terminal, if the system wants one. */
    static final List<String> SUDO =
            List.of("sudo", "-p", "[sudo] password for %p, to read this machine's memory: ", "--");

    private static final int END_SECONDS = 2;

    private final Process process;
    private final DataInputStream answers;
    private final DataOutputStream requests;

    private PrivilegedBytes(Process process) {
        this.process = process;
        this.answers = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        this.requests = new DataOutputStream(process.getOutputStream());
    }

    /**
     * Has a file opened by a process that may.
     *
     * @param elevate what a command is put behind to run as root; {@link #SUDO}
     * @throws IOException if it does not come to that: there is no such program, the user may not, or neither may it
     */
    static PrivilegedBytes open(List<String> elevate, List<String> java, Path file) throws IOException {
        var words = new ArrayList<>(elevate);
        words.addAll(java);
        words.add(KcoreServer.class.getName());
        words.add(file.toString());
        Process process;
        try {
            process = new ProcessBuilder(words).redirectError(Redirect.INHERIT).start();
        } catch (IOException e) {
            throw new IOException("there is no " + elevate.getFirst() + " here", e);
        }
        var opened = new PrivilegedBytes(process);
        var served = false;
        try {
            opened.readCount();
            served = true;
        } catch (EOFException e) {
            throw new IOException(elevate.getFirst() + " did not let it be read as root", e);
        } finally {
            if (!served) {
                opened.close();
            }
        }
        return opened;
    }

    /** {@return a Java that has the classes of this one, and little memory} */
    static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx16m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"));
    }

    @Override
    public synchronized int read(ByteBuffer to, long offset) throws IOException {
        try {
            requests.writeLong(offset);
            requests.writeInt(Math.min(to.remaining(), KcoreServer.MOST_BYTES));
            requests.flush();
            var count = readCount();
            if (count > to.remaining()) {
                throw new IOException("more came than was asked for");
            }
            var bytes = new byte[count];
            answers.readFully(bytes);
            to.put(bytes);
            return count;
        } catch (EOFException e) {
            throw new IOException("the process that reads it as root has ended", e);
        }
    }

    private int readCount() throws IOException {
        var count = answers.readInt();
        if (count == KcoreServer.FAILED) {
            throw new IOException(answers.readUTF());
        }
        if (count < 0 || count > KcoreServer.MOST_BYTES) {
            throw new IOException("what came is no answer");
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        try {
            closeRequests();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            answers.close();
        }
    }

    /** It ends when nothing more can come. */
    private void closeRequests() {
        try {
            requests.close();
        } catch (IOException ended) {
            // What was to be sent to it cannot be any more.
        }
    }
}

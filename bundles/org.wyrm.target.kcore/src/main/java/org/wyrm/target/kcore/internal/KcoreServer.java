package org.wyrm.target.kcore.internal;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.wyrm.base.error.FileErrors;

/**
 * The process that {@link PrivilegedBytes} starts: reads a file for whoever started it, until that one has gone. On its
 * input, an offset of 64 bits and a count of 32; on its output, a count and as many bytes, or -1 and the reason. It begins
 * with a count of 0, once the file is open.
 */
public final class KcoreServer {
    /** The most that is read at once. */
    static final int MOST_BYTES = 1 << 20;

    static final int FAILED = -1;

    private KcoreServer() {}

    /**
     * Serves.
     *
     * @param arguments the file
     */
    public static void main(String[] arguments) throws IOException {
        serve(
                Path.of(arguments[0]),
                new DataInputStream(new FileInputStream(FileDescriptor.in)),
                new DataOutputStream(new FileOutputStream(FileDescriptor.out)));
    }

    static void serve(Path file, DataInputStream requests, DataOutputStream answers) throws IOException {
        try (var bytes = KcoreBytes.of(file)) {
            answers.writeInt(0);
            answers.flush();
            while (true) {
                answer(bytes, requests.readLong(), requests.readInt(), answers);
            }
        } catch (EOFException goneAway) {
            // It has what it wanted, or was killed.
        } catch (IOException e) {
            fail(e, answers);
        }
    }

    private static void answer(KcoreBytes file, long offset, int byteSize, DataOutputStream answers)
            throws IOException {
        var bytes = ByteBuffer.allocate(Math.min(Math.max(0, byteSize), MOST_BYTES));
        try {
            if (offset < 0) {
                throw new IOException("there is no offset below 0");
            }
            file.read(bytes, offset);
        } catch (IOException e) {
            fail(e, answers);
            return;
        }
        var answer = ByteBuffer.allocate(Integer.BYTES + bytes.position());
        answer.putInt(bytes.position()).put(bytes.flip());
        answers.write(answer.array());
        answers.flush();
    }

    private static void fail(IOException e, DataOutputStream answers) throws IOException {
        answers.writeInt(FAILED);
        answers.writeUTF(FileErrors.reason(e));
        answers.flush();
    }
}

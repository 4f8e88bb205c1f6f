package org.wyrm.remote;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.UnreadableTargetException;

/**
 * Bytes to and from the other side, none of them waited for longer than until a deadline. Confined to one thread at a
 * time.
 */
public final class RemoteSocket implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final long POLL_MILLIS = 20;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String NO_ANSWER = "it does not answer";

    private final RemoteAddress address;
    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer received = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final SelectionKey key;
    private long receivedByteCount;
    private Cancellation cancellation;
    private long deadline;
    private String noAnswer = NO_ANSWER;

    private RemoteSocket(RemoteAddress address, SocketChannel channel, Selector selector, Cancellation cancellation)
            throws IOException {
        this.address = address;
        this.channel = channel;
        this.selector = selector;
        this.cancellation = cancellation;
        channel.configureBlocking(false);
        this.key = channel.register(selector, SelectionKey.OP_CONNECT);
    }

    /**
     * {@return a connection}
     *
     * @param address where to
     * @param millis how long it may take
     * @param cancellation ends all waiting
     * @throws UnreadableTargetException if nobody answers there
     */
    public static RemoteSocket open(RemoteAddress address, long millis, Cancellation cancellation) {
        try {
            var channel = address.isPath() ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
            var socket = new RemoteSocket(address, channel, Selector.open(), cancellation);
            var connected = false;
            try {
                socket.until(millis);
                socket.connect();
                connected = true;
                return socket;
            } finally {
                if (!connected) {
                    socket.close();
                }
            }
        } catch (IOException e) {
            throw failed(address, e);
        }
    }

    private void connect() throws IOException {
        if (!channel.connect(address.socketAddress())) {
            do {
                await(SelectionKey.OP_CONNECT, "nobody accepts the connection");
            } while (!channel.finishConnect());
        }
    }

    /** Sets the time that all that follows may take. */
    public void until(long millis) {
        until(millis, NO_ANSWER);
    }

    /**
     * Sets the time that all that follows may take.
     *
     * @param otherwise what is wrong if no bytes come in time, as a clause
     */
    public void until(long millis, String otherwise) {
        deadline = System.nanoTime() + millis * NANOS_PER_MILLI;
        noAnswer = otherwise;
    }

    /** From now on nothing but the deadline ends waiting: what has to be said at the end is said. */
    public void ignoreCancellation() {
        cancellation = new Cancellation();
    }

    /** {@return how many bytes came, for messages} */
    public long receivedByteCount() {
        return receivedByteCount - received.remaining();
    }

    /** Sends bytes, all of them. */
    public void send(byte[] bytes) {
        var left = ByteBuffer.wrap(bytes);
        try {
            while (left.hasRemaining()) {
                if (channel.write(left) == 0) {
                    await(SelectionKey.OP_WRITE, "it takes no more requests");
                }
            }
        } catch (IOException e) {
            throw failed(address, e);
        }
    }

    /** {@return the next byte, 0 to 255} */
    public int receive() {
        if (!received.hasRemaining()) {
            fill();
        }
        return received.get() & 0xff;
    }

    private void fill() {
        // Also where bytes come all the time: none of them may be the answer.
        check(noAnswer);
        received.clear();
        try {
            int count;
            while ((count = channel.read(received)) == 0) {
                await(SelectionKey.OP_READ, noAnswer);
            }
            if (count < 0) {
                throw address.unreadable("it closed the connection");
            }
            receivedByteCount += count;
        } catch (IOException e) {
            throw failed(address, e);
        } finally {
            received.flip();
        }
    }

    private void await(int operation, String otherwise) throws IOException {
        key.interestOps(operation);
        check(otherwise);
        selector.select(POLL_MILLIS);
        selector.selectedKeys().clear();
    }

    private void check(String otherwise) {
        cancellation.check();
        if (System.nanoTime() - deadline >= 0) {
            throw address.unreadable(otherwise);
        }
    }

    private static UnreadableTargetException failed(RemoteAddress address, IOException e) {
        return new UnreadableTargetException(address.label() + ": " + FileErrors.reason(e), e);
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException e) {
            throw failed(address, e);
        }
    }
}

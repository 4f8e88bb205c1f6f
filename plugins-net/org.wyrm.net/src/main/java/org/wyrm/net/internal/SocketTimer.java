package org.wyrm.net.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.wyrm.linux.timekeeping.JiffyClock;
import org.wyrm.program.Value;

/**
 * The timer of a socket of TCP, in the words of {@code ss}.
 *
 * @param name {@code on} of one that sends again, {@code keepalive}, {@code timewait}, {@code persist} of one that asks
 *     whether the window is still shut
 * @param expires when it is due; below 0 of one that was not run in time
 * @param retries how often it was due since the other end last answered
 */
record SocketTimer(String name, Duration expires, long retries) {
    private static final int ICSK_TIME_PROBE0 = 3;

    /** {@code ICSK_TIME_RETRANS}, {@code ICSK_TIME_LOSS_PROBE}, {@code ICSK_TIME_REO_TIMEOUT}. */
    private static final List<Integer> RETRANSMITS = List.of(1, 5, 6);

    private static final int TCP_TIME_WAIT = 6;
    private static final int TCP_NEW_SYN_RECV = 12;

    /**
     * {@return the timer that runs, of several that which {@code ss} tells; empty where none does}
     *
     * @param sk {@code struct sock} of TCP, also a small one that waits for its end or is not yet connected
     * @kernel net/ipv4/inet_diag.c
     */
    static Optional<SocketTimer> of(Value sk) {
        var clock = JiffyClock.of(sk.program());
        return switch (sk.member("__sk_common").member("skc_state").intValue()) {
            case TCP_TIME_WAIT ->
                pending(clock, as(sk, "struct inet_timewait_sock").member("tw_timer"), "timewait", 0);
            case TCP_NEW_SYN_RECV -> {
                var request = as(sk, "struct request_sock");
                yield pending(
                        clock,
                        request.member("rsk_timer"),
                        "on",
                        request.member("num_retrans").longValue());
            }
            default -> ofConnection(clock, sk);
        };
    }

    private static Optional<SocketTimer> ofConnection(JiffyClock clock, Value sk) {
        var connection = as(sk, "struct inet_connection_sock");
        var pending = connection.member("icsk_pending").intValue();
        var probes = connection.member("icsk_probes_out").longValue();
        if (RETRANSMITS.contains(pending)) {
            var retransmits = connection.member("icsk_retransmits").longValue();
            return Optional.of(new SocketTimer("on", clock.until(retransmission(sk, connection)), retransmits));
        }
        if (pending == ICSK_TIME_PROBE0) {
            return Optional.of(new SocketTimer("persist", clock.until(retransmission(sk, connection)), probes));
        }
        // Since Linux kernel commit 08dfe370239e ("tcp: introduce icsk->icsk_keepalive_timer") (in v6.19, and in later
        // versions of older series), it has a timer of its own. Before that, it is the socket's.
        return pending(
                clock,
                connection.findMember("icsk_keepalive_timer").orElseGet(() -> sk.member("sk_timer")),
                "keepalive",
                probes);
    }

    private static long retransmission(Value sk, Value connection) {
        // Since Linux kernel commit a7c428ee8f59 ("tcp/dccp: remove icsk->icsk_timeout") (in v6.15), the timer itself
        // says
        // when it is due, and since 9a5e5334adc0 ("tcp: remove icsk->icsk_retransmit_timer") (in v6.19) it is the
        // socket's. Before that, one timer that is due earlier is left to run for nothing.
        return connection
                .findMember("icsk_timeout")
                .or(() -> connection.findMember("icsk_retransmit_timer").map(timer -> timer.member("expires")))
                .orElseGet(() -> sk.member("tcp_retransmit_timer").member("expires"))
                .longValue();
    }

    /** {@return a {@code struct timer_list} that runs} */
    private static Optional<SocketTimer> pending(JiffyClock clock, Value timer, String name, long retries) {
        return timer.member("entry").member("pprev").isNull()
                ? Optional.empty()
                : Optional.of(new SocketTimer(
                        name, clock.until(timer.member("expires").longValue()), retries));
    }

    private static Value as(Value sk, String type) {
        return sk.program().object(sk.program().type(type), sk.address());
    }
}

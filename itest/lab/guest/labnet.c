/*
 * labnet: sockets of TCP with a timer of each kind, and packets that wait in
 * queues of all kinds, for the dump dm256. Run by guest/net.sh after its rules are
 * there, which drop some of what is sent here: makes them, writes
 * /run/lab/net-ready, and holds them until the end.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char text[4096];

static int say(const char *what, long ret)
{
	if (ret < 0)
		fprintf(stderr, "labnet: %s: %s\n", what, strerror(errno));
	return ret;
}

static struct sockaddr_in address(const char *ip, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	inet_pton(AF_INET, ip, &to.sin_addr);
	return to;
}

static int set(int fd, int level, int option, int value)
{
	return say("setsockopt", setsockopt(fd, level, option, &value, sizeof(value)));
}

static int listener(int port, int receive)
{
	struct sockaddr_in at = address("127.0.0.1", port);
	int fd = say("socket", socket(AF_INET, SOCK_STREAM, 0));
	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (receive)
		set(fd, SOL_SOCKET, SO_RCVBUF, receive);
	say("bind", bind(fd, (void *)&at, sizeof(at)));
	say("listen", listen(fd, 16));
	return fd;
}

static int client(const char *ip, int port, int flags)
{
	struct sockaddr_in to = address(ip, port);
	int fd = say("socket", socket(AF_INET, SOCK_STREAM | flags, 0));
	if (connect(fd, (void *)&to, sizeof(to)) < 0 && errno != EINPROGRESS)
		say("connect", -1);
	return fd;
}

static void datagrams(int fd, const char *ip, int port, int count, int size)
{
	struct sockaddr_in to = address(ip, port);
	while (count-- > 0)
		say("sendto", sendto(fd, text, size, 0, (void *)&to, sizeof(to)));
}

int main(void)
{
	int all = listener(9100, 0), narrow = listener(9102, 2304), dropping = listener(9103, 0), fd, pair[2];
	memset(text, 'L', sizeof(text));

	/* keepalive */
	fd = client("127.0.0.1", 9100, 0);
	say("accept", accept(all, NULL, NULL));
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 600);

	/* timewait, and a closed end whose other end is open: FIN-WAIT-2 */
	fd = client("127.0.0.1", 9100, 0);
	int other = say("accept", accept(all, NULL, NULL));
	close(fd);
	usleep(100000);
	close(other);
	fd = client("127.0.0.1", 9100, 0);
	say("accept", accept(all, NULL, NULL));
	close(fd);

	/* persist: nobody reads, and the window is shut; what is written waits at both ends */
	fd = client("127.0.0.1", 9102, SOCK_NONBLOCK);
	say("accept", accept(narrow, NULL, NULL));
	usleep(100000);
	for (int i = 0; i < 20; i++)
		if (write(fd, text, sizeof(text)) < 0)
			break;

	/* on: nobody answers; an answer is dropped, at whose end a request waits; data is dropped */
	client("10.66.0.77", 9, SOCK_NONBLOCK);
	listener(9101, 0);
	client("127.0.0.1", 9101, SOCK_NONBLOCK);
	fd = client("127.0.0.1", 9103, 0);
	say("accept", accept(dropping, NULL, NULL));
	say("write", write(fd, text, 1000));

	/* unread */
	struct sockaddr_in udp = address("127.0.0.1", 9104);
	int unread = say("socket", socket(AF_INET, SOCK_DGRAM, 0));
	say("bind", bind(unread, (void *)&udp, sizeof(udp)));
	struct sockaddr_ll lo = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = if_nametoindex("lo") };
	int packet = say("socket", socket(AF_PACKET, SOCK_RAW, 0));
	set(packet, SOL_SOCKET, SO_RCVBUF, 4096);
	say("bind", bind(packet, (void *)&lo, sizeof(lo)));
	fd = say("socket", socket(AF_INET, SOCK_DGRAM, 0));
	datagrams(fd, "127.0.0.1", 9104, 1, 10);
	datagrams(fd, "127.0.0.1", 9104, 1, 200);
	datagrams(fd, "127.0.0.1", 9104, 1, 3000);
	say("socketpair", socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	say("write", write(pair[0], text, 33));
	say("write", write(pair[0], text, 44));
	say("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	say("write", write(pair[0], text, 2000));
	say("read", read(pair[1], text, 55));

	/* in the qdisc of a slow device */
	datagrams(fd, "10.66.0.78", 9, 12, 900);

	usleep(500000);
	int ready = say("open", open("/run/lab/net-ready", O_WRONLY | O_CREAT, 0644));
	close(ready);
	for (;;)
		pause();
}

/*
 * labstate: put a Linux guest in a known, interesting state, then stay there.
 *
 * It forks one process per "role" (a task asleep in a pipe read, one stopped,
 * one dead and not reaped, one with sockets that hold unread bytes, ...) and
 * writes what it did, one JSON object a line, to /run/lab/facts.jsonl. A test
 * can then ask a debugger the same thing of the memory dump and compare.
 *
 * Every step is best effort: a step the kernel refuses is recorded as a fact
 * with "ok":false and the errno, and the rest goes on.
 *
 *   labstate [full|mini]      run as root, from the guest's init
 *   labstate snapshot DISK DIR   what /proc says (ground truth), and the files
 *                             of DIR, as a tar on the disk
 *   labstate kexec KERNEL INITRD CMDLINE     load a crash kernel
 *
 * Build: gcc -static -g -O1 -pthread labstate.c -o labstate
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <mqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

static int ready_pipe[2];
static int mini;

/* ---- facts ------------------------------------------------------------- */

static void fact(const char *fmt, ...)
{
	char line[2048];
	va_list ap;
	int n, fd;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= (int)sizeof(line) - 1)
		return;
	line[n++] = '\n';
	fd = open("/run/lab/facts.jsonl", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd >= 0) {
		if (write(fd, line, n) != n)
			perror("facts");
		close(fd);
	}
}

/* Record a step's outcome; ret < 0 means it failed with errno. */
static long step(const char *what, long ret)
{
	if (ret < 0)
		fact("{\"fact\":\"step\",\"what\":\"%s\",\"ok\":false,\"errno\":%d,\"error\":\"%s\"}",
		     what, errno, strerror(errno));
	else
		fact("{\"fact\":\"step\",\"what\":\"%s\",\"ok\":true,\"result\":%ld}", what, ret);
	return ret;
}

static void put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		step(path, -1);
	if (fd >= 0)
		close(fd);
}

static void ready(void)
{
	char c = 'r';

	if (write(ready_pipe[1], &c, 1) != 1)
		_exit(3);
}

/* ---- roles ------------------------------------------------------------- */

typedef void (*role_fn)(void *);

/* Fork a process named name that runs fn; state is what ps should show. */
static pid_t role(const char *name, char state, role_fn fn, void *arg)
{
	pid_t pid = fork();
	char c;

	if (pid < 0) {
		step(name, -1);
		return -1;
	}
	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fn(arg);
		for (;;)
			pause();
	}
	if (read(ready_pipe[0], &c, 1) != 1)
		step(name, -1);
	fact("{\"fact\":\"task\",\"comm\":\"%s\",\"pid\":%d,\"state\":\"%c\"}", name, (int)pid, state);
	return pid;
}

static void role_pipe_read(void *arg)
{
	int p[2];
	char c;

	(void)arg;
	if (pipe(p) == 0) {
		ready();
		(void)!read(p[0], &c, 1);
	}
}

static void role_pipe_data(void *arg)
{
	int p[2];
	static const char text[] = "LAB pipe holds this text";

	(void)arg;
	if (pipe(p) == 0 && write(p[1], text, sizeof(text) - 1) > 0)
		fact("{\"fact\":\"pipe\",\"pid\":%d,\"rfd\":%d,\"wfd\":%d,\"bytes\":%d,\"text\":\"%s\"}",
		     getpid(), p[0], p[1], (int)sizeof(text) - 1, text);
	ready();
}

static void role_nanosleep(void *arg)
{
	struct timespec ts = { .tv_sec = 1000000 };

	(void)arg;
	ready();
	for (;;)
		nanosleep(&ts, NULL);
}

static void role_futex(void *arg)
{
	static uint32_t word = 42;

	(void)arg;
	fact("{\"fact\":\"futex\",\"pid\":%d,\"uaddr\":\"0x%lx\",\"value\":42}", getpid(),
	     (unsigned long)&word);
	ready();
	syscall(SYS_futex, &word, FUTEX_WAIT, 42, NULL, NULL, 0);
}

static void role_epoll(void *arg)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int ep = epoll_create1(0), efd = eventfd(0, 0), p[2];
	struct itimerspec its = { .it_value.tv_sec = 500000 };
	int tfd = timerfd_create(CLOCK_MONOTONIC, 0);

	(void)arg;
	timerfd_settime(tfd, 0, &its, NULL);
	if (pipe(p))
		_exit(4);
	ev.data.fd = efd;
	epoll_ctl(ep, EPOLL_CTL_ADD, efd, &ev);
	ev.data.fd = tfd;
	epoll_ctl(ep, EPOLL_CTL_ADD, tfd, &ev);
	ev.data.fd = p[0];
	epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &ev);
	fact("{\"fact\":\"epoll\",\"pid\":%d,\"epfd\":%d,\"watches\":[%d,%d,%d]}", getpid(), ep, efd,
	     tfd, p[0]);
	ready();
	epoll_wait(ep, &ev, 1, -1);
}

static void role_spin(void *arg)
{
	volatile unsigned long n = 0;

	(void)arg;
	setpriority(PRIO_PROCESS, 0, 19);
	ready();
	for (;;)
		n++;
}

static void role_stopped(void *arg)
{
	(void)arg;
	ready();
	raise(SIGSTOP);
}

static void role_zombie(void *arg)
{
	(void)arg;
	ready();
	_exit(7);
}

/* Parent of a vfork child that never execs: waits, uninterruptibly, in D. */
static void role_vfork(void *arg)
{
	(void)arg;
	ready();
	if (vfork() == 0) {
		for (;;)
			syscall(SYS_pause);
	}
}

/* A tracer whose tracee sits in a ptrace stop (state t). */
static void role_tracer(void *arg)
{
	pid_t pid;
	int st;

	(void)arg;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NAME, "lab-tracee");
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGTRAP);
		for (;;)
			pause();
	}
	waitpid(pid, &st, __WALL);
	fact("{\"fact\":\"task\",\"comm\":\"lab-tracee\",\"pid\":%d,\"state\":\"t\",\"tracer\":%d}",
	     pid, getpid());
	ready();
}

/* Write to a frozen file system: blocks in D until it thaws (never). */
static void role_frozen_writer(void *arg)
{
	const char *dir = arg;
	char path[128];
	int fd, dfd = open(dir, O_RDONLY | O_DIRECTORY);

	snprintf(path, sizeof(path), "%s/blocked", dir);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	step("FIFREEZE", ioctl(dfd, FIFREEZE, 0));
	ready();
	(void)!write(fd, "never", 5);
}

static void *thread_nanosleep(void *arg)
{
	struct timespec ts = { .tv_sec = 1000000 };

	prctl(PR_SET_NAME, arg);
	nanosleep(&ts, NULL);
	return NULL;
}

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;

static void *thread_mutex(void *arg)
{
	prctl(PR_SET_NAME, arg);
	pthread_mutex_lock(&held);
	return NULL;
}

static void *thread_sigwait(void *arg)
{
	sigset_t set;
	int sig;

	prctl(PR_SET_NAME, arg);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigwait(&set, &sig);
	return NULL;
}

static void *thread_poll(void *arg)
{
	struct pollfd pfd = { .fd = eventfd(0, 0), .events = POLLIN };

	prctl(PR_SET_NAME, arg);
	poll(&pfd, 1, -1);
	return NULL;
}

static void role_threads(void *arg)
{
	pthread_t t;
	pthread_attr_t at;

	(void)arg;
	pthread_attr_init(&at);
	pthread_attr_setstacksize(&at, 65536);
	pthread_mutex_lock(&held);
	pthread_create(&t, &at, thread_nanosleep, "thr-nanosleep");
	pthread_create(&t, &at, thread_mutex, "thr-mutex");
	pthread_create(&t, &at, thread_mutex, "thr-mutex2");
	pthread_create(&t, &at, thread_sigwait, "thr-sigwait");
	pthread_create(&t, &at, thread_poll, "thr-poll");
	fact("{\"fact\":\"threads\",\"tgid\":%d,\"count\":6,\"names\":[\"lab-threads\",\"thr-nanosleep\","
	     "\"thr-mutex\",\"thr-mutex2\",\"thr-sigwait\",\"thr-poll\"]}", getpid());
	usleep(50000);
	ready();
}

/* ---- sockets ----------------------------------------------------------- */

static struct sockaddr_in in4(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

static void role_tcp_server(void *arg)
{
	struct sockaddr_in a = in4(8080);
	int one = 1, ls = socket(AF_INET, SOCK_STREAM, 0), cl, sv;
	static const char text[] = "LAB bytes that nobody read";

	(void)arg;
	setsockopt(ls, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	step("tcp bind", bind(ls, (void *)&a, sizeof(a)));
	step("tcp listen", listen(ls, 16));
	/* One connected pair inside this process, with unread bytes on one side. */
	cl = socket(AF_INET, SOCK_STREAM, 0);
	step("tcp connect", connect(cl, (void *)&a, sizeof(a)));
	sv = accept(ls, NULL, NULL);
	if (write(cl, text, sizeof(text) - 1) > 0)
		fact("{\"fact\":\"tcp\",\"pid\":%d,\"listen_fd\":%d,\"port\":8080,\"client_fd\":%d,"
		     "\"server_fd\":%d,\"unread\":%d}", getpid(), ls, cl, sv, (int)sizeof(text) - 1);
	ready();
	accept(ls, NULL, NULL); /* takes lab-tcp-cli's connection */
	accept(ls, NULL, NULL); /* then sleeps */
}

static void role_tcp_client(void *arg)
{
	struct sockaddr_in a = in4(8080);
	int cl = socket(AF_INET, SOCK_STREAM, 0);
	char c;

	(void)arg;
	step("tcp client connect", connect(cl, (void *)&a, sizeof(a)));
	ready();
	(void)!read(cl, &c, 1);
}

static void role_tcp6(void *arg)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(8086),
				  .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int ls = socket(AF_INET6, SOCK_STREAM, 0), cl = socket(AF_INET6, SOCK_STREAM, 0);

	(void)arg;
	step("tcp6 bind", bind(ls, (void *)&a, sizeof(a)));
	listen(ls, 4);
	step("tcp6 connect", connect(cl, (void *)&a, sizeof(a)));
	ready();
}

static void role_udp(void *arg)
{
	struct sockaddr_in a = in4(5353), b = in4(5354);
	int s = socket(AF_INET, SOCK_DGRAM, 0), t = socket(AF_INET, SOCK_DGRAM, 0);
	char buf[8];

	(void)arg;
	step("udp bind", bind(s, (void *)&a, sizeof(a)));
	step("udp bind 2", bind(t, (void *)&b, sizeof(b)));
	sendto(s, "LAB-UDP", 7, 0, (void *)&b, sizeof(b)); /* stays queued on t */
	ready();
	recv(s, buf, sizeof(buf), 0);
}

static void role_unix(void *arg)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/run/lab/unix.sock" };
	int ls = socket(AF_UNIX, SOCK_STREAM, 0), cl = socket(AF_UNIX, SOCK_STREAM, 0), sp[2], sv;
	struct sockaddr_un ab = { .sun_family = AF_UNIX };
	int ds = socket(AF_UNIX, SOCK_DGRAM, 0);
	char cbuf[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = "fd", .iov_len = 2 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = cbuf,
			    .msg_controllen = sizeof(cbuf) };
	struct cmsghdr *c;

	(void)arg;
	unlink(a.sun_path);
	step("unix bind", bind(ls, (void *)&a, sizeof(a)));
	listen(ls, 4);
	step("unix connect", connect(cl, (void *)&a, sizeof(a)));
	sv = accept(ls, NULL, NULL);
	memcpy(ab.sun_path, "\0lab-abstract", 13);
	step("unix abstract bind", bind(ds, (void *)&ab, sizeof(sa_family_t) + 13));
	socketpair(AF_UNIX, SOCK_STREAM, 0, sp);
	(void)!write(sp[0], "LAB-UNIX", 8);
	/* A descriptor in flight. */
	memset(cbuf, 0, sizeof(cbuf));
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &ds, sizeof(int));
	step("unix SCM_RIGHTS", sendmsg(sv, &m, 0));
	ready();
}

/* ---- files, memory, IPC ------------------------------------------------- */

static void role_files(void *arg)
{
	int fd, dfd, mfd, i;
	char path[64], *map;

	(void)arg;
	mkdir("/run/lab/files", 0755);
	for (i = 0; i < (mini ? 8 : 64); i++) {
		snprintf(path, sizeof(path), "/run/lab/files/file-%03d", i);
		put_file(path, "LAB file content\n");
	}
	fd = open("/run/lab/files/file-000", O_RDWR);
	lseek(fd, 5, SEEK_SET);
	dfd = open("/run/lab/files/file-001", O_RDONLY);
	unlink("/run/lab/files/file-001"); /* open and deleted */
	mfd = memfd_create("lab-memfd", MFD_CLOEXEC);
	if (ftruncate(mfd, 8192) == 0) {
		map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, mfd, 0);
		strcpy(map, "LAB memfd page 0");
		strcpy(map + 4096, "LAB memfd page 1");
	}
	step("flock", flock(fd, LOCK_EX));
	i = inotify_init1(0);
	step("inotify", inotify_add_watch(i, "/run/lab/files", IN_ALL_EVENTS));
	fact("{\"fact\":\"files\",\"pid\":%d,\"fd\":%d,\"pos\":5,\"deleted_fd\":%d,\"memfd\":%d,\"inotify\":%d}",
	     getpid(), fd, dfd, mfd, i);
	ready();
}

static void role_flock_wait(void *arg)
{
	int fd = open("/run/lab/files/file-000", O_RDWR);

	(void)arg;
	ready();
	flock(fd, LOCK_EX);
}

static void role_memory(void *arg)
{
	size_t size = 64 * 4096, i;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *q = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *huge;

	(void)arg;
	for (i = 0; i < size; i += 4096) {
		snprintf(p + i, 64, "LAB anon page %zu", i / 4096);
		snprintf(q + i, 64, "LAB swapped page %zu", i / 4096);
	}
	step("MADV_PAGEOUT", madvise(q, size, MADV_PAGEOUT)); /* to swap, if there is any */
	fact("{\"fact\":\"anon\",\"pid\":%d,\"addr\":\"0x%lx\",\"pages\":%zu,\"swapped_addr\":\"0x%lx\"}",
	     getpid(), (unsigned long)p, size / 4096, (unsigned long)q);
	if (!mini && posix_memalign((void **)&huge, 2 << 20, 2 << 20) == 0) {
		step("MADV_HUGEPAGE", madvise(huge, 2 << 20, MADV_HUGEPAGE));
		strcpy(huge, "LAB huge page");
		fact("{\"fact\":\"thp\",\"pid\":%d,\"addr\":\"0x%lx\"}", getpid(), (unsigned long)huge);
		huge = mmap(NULL, 2 << 20, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
		if (huge == MAP_FAILED) {
			step("MAP_HUGETLB", -1);
		} else {
			strcpy(huge, "LAB hugetlb page");
			fact("{\"fact\":\"hugetlb\",\"pid\":%d,\"addr\":\"0x%lx\"}", getpid(),
			     (unsigned long)huge);
		}
	}
	ready();
}

static void role_sysvipc(void *arg)
{
	int shm = shmget(0x1ab1, 8192, IPC_CREAT | 0600), sem, msq;
	struct { long type; char text[16]; } m = { 1, "LAB sysv msg" };
	struct sembuf op = { .sem_num = 0, .sem_op = -1 };
	char *p;

	(void)arg;
	step("shmget", shm);
	p = shmat(shm, NULL, 0);
	if (p != (char *)-1)
		strcpy(p, "LAB sysv shared memory");
	msq = msgget(0x1ab2, IPC_CREAT | 0600);
	step("msgsnd", msgsnd(msq, &m, sizeof(m.text), 0));
	sem = semget(0x1ab3, 2, IPC_CREAT | 0600);
	fact("{\"fact\":\"sysv\",\"pid\":%d,\"shmid\":%d,\"shmkey\":\"0x1ab1\",\"addr\":\"0x%lx\","
	     "\"msqid\":%d,\"semid\":%d}", getpid(), shm, (unsigned long)p, msq, sem);
	ready();
	semop(sem, &op, 1);
}

static void role_mqueue(void *arg)
{
	struct mq_attr at = { .mq_maxmsg = 4, .mq_msgsize = 64 };
	mqd_t q = mq_open("/labqueue", O_CREAT | O_RDWR, 0600, &at);

	(void)arg;
	step("mq_open", q);
	step("mq_send", mq_send(q, "LAB mq", 6, 3));
	ready();
}

static void role_timers(void *arg)
{
	struct itimerspec its = { .it_value.tv_sec = 300000, .it_interval.tv_sec = 10 };
	struct itimerval itv = { .it_value.tv_sec = 400000 };
	struct sigevent sev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	timer_t t;
	int fd = timerfd_create(CLOCK_BOOTTIME, 0), sfd;
	sigset_t set;
	union sigval v = { .sival_int = 1234 };

	(void)arg;
	timerfd_settime(fd, 0, &its, NULL);
	setitimer(ITIMER_REAL, &itv, NULL);
	step("timer_create", timer_create(CLOCK_MONOTONIC, &sev, &t));
	timer_settime(t, 0, &its, NULL);
	/* Blocked, pending signals: one plain, one queued with a value. */
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR1);
	sigqueue(getpid(), SIGRTMIN, v);
	sfd = signalfd(-1, &set, 0);
	fact("{\"fact\":\"timers\",\"pid\":%d,\"timerfd\":%d,\"signalfd\":%d,\"pending\":[%d,%d]}",
	     getpid(), fd, sfd, SIGUSR1, SIGRTMIN);
	ready();
}

static void role_iouring(void *arg)
{
	struct io_uring_params p;
	long fd;

	(void)arg;
	memset(&p, 0, sizeof(p));
	fd = step("io_uring_setup", syscall(SYS_io_uring_setup, 8, &p));
	ready();
	if (fd >= 0)
		syscall(SYS_io_uring_enter, (int)fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
}

/* ---- namespaces, network ------------------------------------------------ */

static void role_container(void *arg)
{
	pid_t pid;

	(void)arg;
	step("unshare", unshare(CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWPID |
				CLONE_NEWCGROUP));
	step("sethostname", sethostname("labbox", 6));
	pid = fork(); /* pid 1 of the new pid namespace */
	if (pid == 0) {
		prctl(PR_SET_NAME, "lab-cont-init");
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	fact("{\"fact\":\"container\",\"pid\":%d,\"init_pid\":%d,\"hostname\":\"labbox\"}", getpid(), pid);
	ready();
}

struct nlbuf {
	struct nlmsghdr h;
	struct ifinfomsg i;
	char b[512];
};

static struct rtattr *nl_add(struct nlbuf *n, int type, const void *data, int len)
{
	struct rtattr *a = (void *)((char *)n + NLMSG_ALIGN(n->h.nlmsg_len));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(a), data, len);
	n->h.nlmsg_len = NLMSG_ALIGN(n->h.nlmsg_len) + RTA_ALIGN(a->rta_len);
	return a;
}

static void nl_end(struct nlbuf *n, struct rtattr *a)
{
	a->rta_len = (char *)n + n->h.nlmsg_len - (char *)a;
}

static int nl_talk(struct nlbuf *n)
{
	struct { struct nlmsghdr h; struct nlmsgerr e; char pad[256]; } r;
	int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), ret = -1;

	if (send(s, n, n->h.nlmsg_len, 0) > 0 && recv(s, &r, sizeof(r), 0) > 0) {
		errno = -r.e.error;
		ret = r.e.error ? -1 : 0;
	}
	close(s);
	return ret;
}

/* labveth0 here, labveth1 in the network namespace of pid. */
static void make_veth(pid_t pid)
{
	struct nlbuf n = { .h = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
				  .nlmsg_type = RTM_NEWLINK,
				  .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK } };
	struct ifinfomsg peer_if = { 0 };
	struct rtattr *info, *data, *peer;
	uint32_t ns = pid;

	nl_add(&n, IFLA_IFNAME, "labveth0", 9);
	info = nl_add(&n, IFLA_LINKINFO, NULL, 0);
	nl_add(&n, IFLA_INFO_KIND, "veth", 4);
	data = nl_add(&n, IFLA_INFO_DATA, NULL, 0);
	peer = nl_add(&n, VETH_INFO_PEER, &peer_if, sizeof(peer_if));
	nl_add(&n, IFLA_IFNAME, "labveth1", 9);
	nl_add(&n, IFLA_NET_NS_PID, &ns, 4);
	nl_end(&n, peer);
	nl_end(&n, data);
	nl_end(&n, info);
	step("veth", nl_talk(&n));
	(void)!system("ip addr add 10.77.0.1/24 dev labveth0 2>/dev/null; ip link set labveth0 up 2>/dev/null");
}

/* ---- BPF ---------------------------------------------------------------- */

#define INS(c, d, s, o, i) \
	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }
#define LD_MAP(d, fd) \
	INS(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_FD, 0, fd), INS(0, 0, 0, 0, 0)

static long bpf(int cmd, union bpf_attr *a)
{
	return syscall(SYS_bpf, cmd, a, sizeof(*a));
}

static int bpf_map(const char *name, int type, int key, int value, int n, int inner, int btf)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.map_type = type;
	a.key_size = key;
	a.value_size = value;
	a.max_entries = n;
	a.inner_map_fd = inner;
	if (type == BPF_MAP_TYPE_LPM_TRIE)
		a.map_flags = BPF_F_NO_PREALLOC;
	if (btf > 0) {
		a.btf_fd = btf;
		a.btf_key_type_id = 1;
		a.btf_value_type_id = 2;
	}
	snprintf(a.map_name, sizeof(a.map_name), "%s", name);
	return step(name, bpf(BPF_MAP_CREATE, &a));
}

static void bpf_set(int fd, const void *key, const void *value)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.map_fd = fd;
	a.key = (uintptr_t)key;
	a.value = (uintptr_t)value;
	if (bpf(BPF_MAP_UPDATE_ELEM, &a))
		step("bpf_map_update", -1);
}

static void bpf_pin(int fd, const char *path)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.pathname = (uintptr_t)path;
	a.bpf_fd = fd;
	step(path, bpf(BPF_OBJ_PIN, &a));
}

/* A program that counts its calls in element 0 of an array map. */
static int bpf_count_prog(const char *name, int type, int attach, int map, int ret)
{
	struct bpf_insn code[] = {
		INS(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0),
		INS(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		INS(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		LD_MAP(1, map),
		INS(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		INS(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2, 0),
		INS(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 1),
		INS(BPF_STX | BPF_ATOMIC | BPF_DW, 0, 1, 0, BPF_ADD),
		INS(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, ret),
		INS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	static char log[65536];
	union bpf_attr a;
	long fd;

	memset(&a, 0, sizeof(a));
	a.prog_type = type;
	a.expected_attach_type = attach;
	a.insns = (uintptr_t)code;
	a.insn_cnt = sizeof(code) / sizeof(code[0]);
	a.license = (uintptr_t)"GPL";
	a.log_buf = (uintptr_t)log;
	a.log_size = sizeof(log);
	a.log_level = 1;
	snprintf(a.prog_name, sizeof(a.prog_name), "%s", name);
	fd = step(name, bpf(BPF_PROG_LOAD, &a));
	if (fd < 0)
		fprintf(stderr, "%s: %s\n", name, log);
	return fd;
}

static int bpf_link(int prog, int target, int attach)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.link_create.prog_fd = prog;
	a.link_create.target_fd = target;
	a.link_create.attach_type = attach;
	return step("BPF_LINK_CREATE", bpf(BPF_LINK_CREATE, &a));
}

/* BTF with [1] unsigned int and [2] struct lab_value { count, id }. */
static int bpf_btf(void)
{
	static const char str[] = "\0unsigned int\0lab_value\0count\0id";
	struct {
		uint16_t magic; uint8_t version, flags; uint32_t hdr_len, type_off, type_len, str_off, str_len;
		uint32_t t1[4], t2[3], m1[3], m2[3];
		char s[sizeof(str)];
	} b = { 0xeb9f, 1, 0, 24, 0, 13 * 4, 13 * 4, sizeof(str),
		{ 1, 1 << 24, 4, 32 },
		{ 14, (4 << 24) | 2, 8 },
		{ 24, 1, 0 }, { 30, 1, 32 }, { 0 } };
	union bpf_attr a;

	memcpy(b.s, str, sizeof(str));
	memset(&a, 0, sizeof(a));
	a.btf = (uintptr_t)&b;
	a.btf_size = 24 + 13 * 4 + sizeof(str);
	return step("BPF_BTF_LOAD", bpf(BPF_BTF_LOAD, &a));
}

static long read_long(const char *path)
{
	char buf[32] = "";
	int fd = open(path, O_RDONLY);

	if (fd < 0 || read(fd, buf, sizeof(buf) - 1) <= 0)
		return -1;
	close(fd);
	return atol(buf);
}

static int perf_open(struct perf_event_attr *pe)
{
	pe->size = sizeof(*pe);
	pe->sample_period = 1;
	pe->wakeup_events = 1;
	return syscall(SYS_perf_event_open, pe, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
}

static void role_bpf(void *arg)
{
	struct { uint32_t count, id; } val;
	struct perf_event_attr pe;
	int btf = bpf_btf(), counters, hash, array, inner, outer, lpm, sock, prog, cg, ev;
	uint32_t k;
	uint64_t v;
	struct { uint32_t plen; uint8_t ip[4]; } lk = { 8, { 10, 0, 0, 0 } };
	long id;

	(void)arg;
	hash = bpf_map("lab_hash", BPF_MAP_TYPE_HASH, 4, 8, 64, 0, btf);
	for (k = 1; k <= 10; k++) {
		val.count = k * 100;
		val.id = k;
		bpf_set(hash, &k, &val);
	}
	array = bpf_map("lab_array", BPF_MAP_TYPE_ARRAY, 4, 8, 16, 0, 0);
	for (k = 0; k < 16; k++) {
		v = 0x1ab00000ull + k;
		bpf_set(array, &k, &v);
	}
	counters = bpf_map("lab_counters", BPF_MAP_TYPE_ARRAY, 4, 8, 4, 0, 0);
	bpf_map("lab_percpu", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 4, 0, 0);
	bpf_map("lab_lru", BPF_MAP_TYPE_LRU_HASH, 4, 8, 64, 0, 0);
	bpf_map("lab_ringbuf", BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, 0, 0);
	bpf_map("lab_progs", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, 0, 0);
	lpm = bpf_map("lab_lpm", BPF_MAP_TYPE_LPM_TRIE, 8, 8, 16, 0, 0);
	v = 0xa;
	bpf_set(lpm, &lk, &v);
	inner = bpf_map("lab_inner", BPF_MAP_TYPE_ARRAY, 4, 8, 4, 0, 0);
	outer = bpf_map("lab_outer", BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 4, inner, 0);
	k = 5;
	bpf_set(outer, &k, &inner);
	bpf_pin(hash, "/sys/fs/bpf/lab_hash");
	bpf_pin(array, "/sys/fs/bpf/lab_array");
	fact("{\"fact\":\"bpf_maps\",\"pid\":%d,\"hash_fd\":%d,\"hash_entries\":10,\"array_fd\":%d,"
	     "\"array_first\":\"0x1ab00000\"}", getpid(), hash, array);

	prog = bpf_count_prog("lab_sockfilter", BPF_PROG_TYPE_SOCKET_FILTER, 0, counters, 65535);
	sock = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	step("SO_ATTACH_BPF", setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)));
	bpf_pin(prog, "/sys/fs/bpf/lab_sockfilter");

	prog = bpf_count_prog("lab_kprobe", BPF_PROG_TYPE_KPROBE, 0, counters, 0);
	memset(&pe, 0, sizeof(pe));
	id = read_long("/sys/bus/event_source/devices/kprobe/type");
	pe.type = id;
	pe.config1 = (uintptr_t)"do_sys_openat2";
	ev = step("perf kprobe", id < 0 ? -1 : perf_open(&pe));
	if (ev >= 0) {
		bpf_link(prog, ev, BPF_PERF_EVENT);
		ioctl(ev, PERF_EVENT_IOC_ENABLE, 0);
	}

	prog = bpf_count_prog("lab_tracepoint", BPF_PROG_TYPE_TRACEPOINT, 0, counters, 0);
	memset(&pe, 0, sizeof(pe));
	id = read_long("/sys/kernel/tracing/events/sched/sched_process_exec/id");
	pe.type = PERF_TYPE_TRACEPOINT;
	pe.config = id;
	ev = step("perf tracepoint", id < 0 ? -1 : perf_open(&pe));
	if (ev >= 0) {
		bpf_link(prog, ev, BPF_PERF_EVENT);
		ioctl(ev, PERF_EVENT_IOC_ENABLE, 0);
	}

	prog = bpf_count_prog("lab_cgroup_skb", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_INGRESS, counters, 1);
	cg = open("/sys/fs/cgroup/lab", O_RDONLY | O_DIRECTORY);
	ev = bpf_link(prog, cg, BPF_CGROUP_INET_INGRESS);
	if (ev >= 0)
		bpf_pin(ev, "/sys/fs/bpf/lab_cgroup_link");
	ready();
}

/* ---- cgroups ------------------------------------------------------------ */

static void to_cgroup(const char *group, pid_t pid)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s/cgroup.procs", group);
	snprintf(text, sizeof(text), "%d", pid);
	put_file(path, text);
	fact("{\"fact\":\"cgroup\",\"path\":\"/%s\",\"pid\":%d}", group, pid);
}

static void make_cgroups(void)
{
	put_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory +pids +cpu");
	mkdir("/sys/fs/cgroup/lab", 0755);
	put_file("/sys/fs/cgroup/lab/cgroup.subtree_control", "+memory +pids");
	mkdir("/sys/fs/cgroup/lab/a", 0755);
	mkdir("/sys/fs/cgroup/lab/b", 0755);
	mkdir("/sys/fs/cgroup/lab/empty", 0755);
	put_file("/sys/fs/cgroup/lab/a/pids.max", "77");
	put_file("/sys/fs/cgroup/lab/b/memory.max", "33554432");
}

/* ---- snapshot ------------------------------------------------------------ */

/*
 * One process does it all: a fork per file would take half a minute under TCG.
 * It writes a tar straight to the disk: a copy in the smallest guest's memory
 * would bring the OOM killer.
 */

static struct {
	int fd;
	off_t header, pos, clean;
} tar;

static void tar_write(const void *data, size_t size)
{
	ssize_t n;

	for (; size; data = (const char *)data + n, size -= n, tar.pos += n)
		if ((n = pwrite(tar.fd, data, size, tar.pos)) <= 0) {
			perror("snapshot");
			exit(1);
		}
	if (tar.pos - tar.clean > 1 << 20) { /* give the page cache back */
		fdatasync(tar.fd);
		posix_fadvise(tar.fd, 0, 0, POSIX_FADV_DONTNEED);
		tar.clean = tar.pos;
	}
}

/* A member's header takes its place now, and its size when that is known. */
static void tar_begin(void)
{
	tar.header = tar.pos;
	tar.pos += 512;
}

static void tar_end(const char *path)
{
	static const char zeros[512];
	union {
		struct {
			char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type;
			char link[100], magic[6], version[2];
		} f;
		unsigned char bytes[512];
	} h;
	off_t size = tar.pos - tar.header - 512;
	unsigned int sum = 0;
	size_t i;

	if (strlen(path) >= sizeof(h.f.name)) {
		tar.pos = tar.header;
		return;
	}
	tar_write(zeros, -size & 511);
	memset(&h, 0, sizeof(h));
	strcpy(h.f.name, path);
	strcpy(h.f.mode, "0000644");
	strcpy(h.f.uid, "0000000");
	strcpy(h.f.gid, "0000000");
	snprintf(h.f.size, sizeof(h.f.size), "%011lo", (unsigned long)size);
	strcpy(h.f.mtime, "00000000000");
	memset(h.f.sum, ' ', sizeof(h.f.sum));
	h.f.type = '0';
	memcpy(h.f.magic, "ustar", 6);
	memcpy(h.f.version, "00", 2);
	for (i = 0; i < sizeof(h.bytes); i++)
		sum += h.bytes[i];
	snprintf(h.f.sum, sizeof(h.f.sum), "%06o", sum);
	if (pwrite(tar.fd, &h, sizeof(h), tar.header) != sizeof(h))
		perror("snapshot");
}

static void tar_text(const char *path, const char *text, size_t size)
{
	tar_begin();
	tar_write(text, size);
	tar_end(path);
}

/* Copy a file as the member name: bytes as they come, one read after another. */
static void copy_as(const char *name, const char *path)
{
	static char buf[1 << 16];
	int in = open(path, O_RDONLY | O_NONBLOCK);
	ssize_t n;

	if (in < 0)
		return;
	tar_begin();
	/* EPIPE: the next record of /dev/kmsg was overwritten before it was read. */
	while ((n = read(in, buf, sizeof(buf))) > 0 || (n < 0 && errno == EPIPE))
		if (n > 0)
			tar_write(buf, n);
	tar_end(name);
	close(in);
}

static void copy(const char *path)
{
	copy_as(path + 1, path);
}

/* The links in a folder such as /proc/PID/fd, "name -> target" a line. */
static void copy_links(const char *path)
{
	char from[512], target[512], *text = NULL;
	DIR *d = opendir(path);
	struct dirent *e;
	size_t size = 0;
	ssize_t n;
	FILE *f;

	if (!d)
		return;
	f = open_memstream(&text, &size);
	while ((e = readdir(d))) {
		snprintf(from, sizeof(from), "%s/%s", path, e->d_name);
		n = readlink(from, target, sizeof(target) - 1);
		if (n > 0)
			fprintf(f, "%s -> %.*s\n", e->d_name, (int)n, target);
	}
	fclose(f);
	snprintf(from, sizeof(from), "%s.txt", path + 1);
	tar_text(from, text, size);
	free(text);
	closedir(d);
}

/* The start of a small file, as a string without the last line's end. */
static char *slurp(const char *path)
{
	static char buf[8192];
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	if (fd >= 0)
		close(fd);
	n = n < 0 ? 0 : n;
	while (n > 0 && buf[n - 1] == '\n')
		n--;
	buf[n] = 0;
	return buf;
}

static void json_text(FILE *f, const char *key, const char *text, int size)
{
	fprintf(f, "\"%s\":\"", key);
	for (; *text && size--; text++)
		if ((unsigned char)*text < ' ' || *text == '"' || *text == '\\')
			fprintf(f, "\\u%04x", (unsigned char)*text);
		else
			fputc(*text, f);
	fputc('"', f);
}

static void task_json(FILE *f, int tgid, int pid)
{
	char path[64], state, *p, *end;
	int ppid, cpu, policy;
	unsigned int flags;
	long priority, nice, threads, rss;
	unsigned long long start, size;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", tgid, pid);
	p = slurp(path);
	end = strrchr(p, ')');
	if (!end || sscanf(end + 2, "%c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %ld %ld %ld %*d"
			   " %llu %llu %ld %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*d %d %*u %d",
			   &state, &ppid, &flags, &priority, &nice, &threads, &start, &size, &rss, &cpu,
			   &policy) != 11)
		return;
	fprintf(f, "{\"pid\":%d,\"tgid\":%d,\"ppid\":%d,\"cpu\":%d,\"state\":\"%c\",", pid, tgid, ppid, cpu, state);
	/* A kworker's comm here has its last work, longer than the 15 characters in memory. */
	p = strchr(p, '(') + 1;
	json_text(f, "comm", p, end - p);
	snprintf(path, sizeof(path), "/proc/%d/task/%d/sched", tgid, pid);
	p = slurp(path);
	end = strstr(p, ", #threads");
	while (end && end > p && *end != '(')
		end--;
	if (end && end > p) {
		fputc(',', f);
		json_text(f, "task_comm", p, end - 1 - p);
	}
	fprintf(f, ",\"kernel_thread\":%s,\"flags\":%u,\"rss_bytes\":%ld,\"size_bytes\":%llu,\"priority\":%ld,"
		"\"nice\":%ld,\"policy\":%d,\"threads\":%ld,\"start_ticks\":%llu%s}\n",
		flags & 0x200000 ? "true" : "false", flags, rss * sysconf(_SC_PAGESIZE), size, priority, nice,
		policy, threads, start, pid == getpid() ? ",\"snapshot\":true" : "");
}

/* A line for each thread, in the order of /proc. */
static void tasks_jsonl(void)
{
	char path[300], *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	DIR *d = opendir("/proc"), *td;
	struct dirent *e, *t;

	while (d && (e = readdir(d))) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%.100s/task", e->d_name);
		td = opendir(path);
		while (td && (t = readdir(td)))
			if (t->d_name[0] != '.')
				task_json(f, atoi(e->d_name), atoi(t->d_name));
		if (td)
			closedir(td);
	}
	if (d)
		closedir(d);
	fclose(f);
	tar_text("tasks.jsonl", text, size);
	free(text);
}

/* The names in /sys/module/MODULE/holders, or the files of sections with their text. */
static void module_list(FILE *f, const char *module, const char *what, int with_text)
{
	char path[300], key[256];
	struct dirent *e;
	int n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/sys/module/%.100s/%s", module, what);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (n++)
			fputc(',', f);
		if (with_text) {
			snprintf(path, sizeof(path), "/sys/module/%.100s/%s/%.100s", module, what, e->d_name);
			snprintf(key, sizeof(key), "%s", e->d_name);
			json_text(f, key, slurp(path), -1);
		} else {
			fprintf(f, "\"%s\"", e->d_name);
		}
	}
	if (d)
		closedir(d);
}

/* A line for each loaded module, of /sys/module. */
static void modules_jsonl(void)
{
	static const char *const keys[] = { "coresize", "initsize", "initstate", "refcnt", "taint", "version",
		"srcversion" };
	char path[300], *text = NULL;
	size_t size = 0, i;
	FILE *f = open_memstream(&text, &size);
	DIR *d = opendir("/sys/module");
	struct dirent *e;

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "/sys/module/%.100s/initstate", e->d_name);
		if (e->d_name[0] == '.' || access(path, F_OK))
			continue; /* built in */
		fputc('{', f);
		json_text(f, "name", e->d_name, -1);
		for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			snprintf(path, sizeof(path), "/sys/module/%.100s/%s", e->d_name, keys[i]);
			fputc(',', f);
			json_text(f, keys[i], slurp(path), -1);
		}
		fprintf(f, ",\"holders\":[");
		module_list(f, e->d_name, "holders", 0);
		fprintf(f, "],\"sections\":{");
		module_list(f, e->d_name, "sections", 1);
		fprintf(f, "}}\n");
	}
	if (d)
		closedir(d);
	fclose(f);
	tar_text("modules.jsonl", text, size);
	free(text);
}

static void system_json(void)
{
	static const char *const texts[][2] = { { "uptime", "/proc/uptime" }, { "loadavg", "/proc/loadavg" },
		{ "tainted", "/proc/sys/kernel/tainted" }, { "boot_id", "/proc/sys/kernel/random/boot_id" },
		{ "cmdline", "/proc/cmdline" } };
	struct utsname u;
	struct timespec now;
	char *text = NULL;
	size_t size = 0, i;
	FILE *f = open_memstream(&text, &size);

	uname(&u);
	clock_gettime(CLOCK_REALTIME, &now);
	fputc('{', f);
	json_text(f, "sysname", u.sysname, -1);
	fputc(',', f);
	json_text(f, "nodename", u.nodename, -1);
	fputc(',', f);
	json_text(f, "release", u.release, -1);
	fputc(',', f);
	json_text(f, "version", u.version, -1);
	fputc(',', f);
	json_text(f, "machine", u.machine, -1);
	fputc(',', f);
	json_text(f, "domainname", u.domainname, -1);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		fputc(',', f);
		json_text(f, texts[i][0], slurp(texts[i][1]), -1);
	}
	fprintf(f, ",\"cpus\":%ld,\"cpus_online\":%ld,\"page_size\":%ld,\"realtime\":%ld.%09ld}\n",
		sysconf(_SC_NPROCESSORS_CONF), sysconf(_SC_NPROCESSORS_ONLN), sysconf(_SC_PAGESIZE),
		(long)now.tv_sec, now.tv_nsec);
	fclose(f);
	tar_text("system.json", text, size);
	free(text);
}

static void snapshot_task(const char *base)
{
	static const char *const files[] = { "comm", "status", "stat", "statm", "cmdline", "maps", "stack",
		"wchan", "cgroup", "mountinfo", "io", "limits", "sched", "syscall", "smaps_rollup", "environ",
		"auxv" };
	char path[300];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", base, files[i]);
		copy(path);
	}
}

static void snapshot_tasks(void)
{
	char path[300], task[300];
	struct dirent *e, *t;
	DIR *d = opendir("/proc"), *td;

	while (d && (e = readdir(d))) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%.100s", e->d_name);
		snapshot_task(path);
		snprintf(task, sizeof(task), "%.280s/fd", path);
		copy_links(task);
		snprintf(task, sizeof(task), "%.280s/ns", path);
		copy_links(task);
		snprintf(task, sizeof(task), "%.280s/task", path);
		td = opendir(task);
		while (td && (t = readdir(td))) {
			if (t->d_name[0] == '.' || !strcmp(t->d_name, e->d_name))
				continue;
			snprintf(path, sizeof(path), "/proc/%.100s/task/%.100s", e->d_name, t->d_name);
			snapshot_task(path);
		}
		if (td)
			closedir(td);
	}
	if (d)
		closedir(d);
}

static int snapshot(const char *disk, const char *dir)
{
	static const char *const files[] = { "cmdline", "version", "uptime", "loadavg", "meminfo", "vmstat",
		"zoneinfo", "buddyinfo", "pagetypeinfo", "slabinfo", "modules", "mounts", "partitions",
		"diskstats", "swaps", "iomem", "ioports", "interrupts", "softirqs", "stat", "locks", "misc",
		"filesystems", "devices", "consoles", "cpuinfo", "crypto", "timer_list", "vmallocinfo", "keys",
		"sysvipc/shm", "sysvipc/msg", "sysvipc/sem", "kallsyms", "cgroups", "sched_debug", "schedstat",
		"net/tcp", "net/tcp6", "net/udp", "net/udp6", "net/raw", "net/unix", "net/netlink",
		"net/packet", "net/dev", "net/route", "net/ipv6_route", "net/if_inet6", "net/arp",
		"net/sockstat", "net/protocols", "net/ptype", "net/fib_trie", "sys/kernel/tainted",
		"sys/kernel/hostname", "sys/kernel/osrelease", "sys/kernel/version", "sys/kernel/pid_max",
		"sys/kernel/random/boot_id" };
	static const char *const sys[] = { "/sys/kernel/vmcoreinfo", "/sys/kernel/notes", "/sys/kernel/debug/kprobes/list",
		"/sys/kernel/debug/sched/debug" };
	static const char end[1024];
	char path[600];
	struct dirent *e;
	DIR *d;
	size_t i;

	tar.fd = open(disk, O_WRONLY);
	if (tar.fd < 0) {
		perror(disk);
		return 1;
	}
	tasks_jsonl();
	modules_jsonl();
	system_json();
	/* Raw records, "level,sequence,microseconds,flags;text" and " KEY=value" lines. */
	copy_as("kmsg", "/dev/kmsg");
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%s", files[i]);
		copy(path);
	}
	for (i = 0; i < sizeof(sys) / sizeof(sys[0]); i++)
		copy(sys[i]);
	snapshot_tasks();
	d = opendir(dir);
	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%.300s/%s", dir, e->d_name);
		if (e->d_name[0] != '.')
			copy_as(e->d_name, path);
	}
	if (d)
		closedir(d);
	tar_write(end, sizeof(end));
	return fsync(tar.fd) ? 1 : 0;
}

/* Load the kernel that takes over in a crash: kexec-tools would do no more. */
static int load_crash_kernel(const char *kernel, const char *initrd, const char *cmdline)
{
	int k = open(kernel, O_RDONLY), i = open(initrd, O_RDONLY);

	if (k < 0 || i < 0 ||
	    syscall(SYS_kexec_file_load, k, i, strlen(cmdline) + 1, cmdline, 2UL /* ON_CRASH */)) {
		perror("kexec_file_load");
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	pid_t net, p1, p2;

	if (argc == 5 && !strcmp(argv[1], "kexec"))
		return load_crash_kernel(argv[2], argv[3], argv[4]);
	if (argc == 4 && !strcmp(argv[1], "snapshot"))
		return snapshot(argv[2], argv[3]);

	mini = argc > 1 && !strcmp(argv[1], "mini");
	prctl(PR_SET_NAME, "labstate");
	if (pipe2(ready_pipe, O_CLOEXEC))
		return 1;
	make_cgroups();

	p1 = role("lab-pipe-rd", 'S', role_pipe_read, NULL);
	p2 = role("lab-nanosleep", 'S', role_nanosleep, NULL);
	to_cgroup("lab/a", p1);
	to_cgroup("lab/b", p2);
	role("lab-pipe-data", 'S', role_pipe_data, NULL);
	role("lab-futex", 'S', role_futex, NULL);
	role("lab-epoll", 'S', role_epoll, NULL);
	role("lab-stopped", 'T', role_stopped, NULL);
	role("lab-zombie", 'Z', role_zombie, NULL);
	role("lab-vfork", 'D', role_vfork, NULL);
	role("lab-tracer", 'S', role_tracer, NULL);
	role("lab-threads", 'S', role_threads, NULL);
	role("lab-tcp-srv", 'S', role_tcp_server, NULL);
	role("lab-tcp-cli", 'S', role_tcp_client, NULL);
	role("lab-tcp6", 'S', role_tcp6, NULL);
	role("lab-udp", 'S', role_udp, NULL);
	role("lab-unix", 'S', role_unix, NULL);
	role("lab-files", 'S', role_files, NULL);
	role("lab-flock", 'S', role_flock_wait, NULL);
	role("lab-memory", 'S', role_memory, NULL);
	role("lab-sysvipc", 'S', role_sysvipc, NULL);
	role("lab-mqueue", 'S', role_mqueue, NULL);
	role("lab-timers", 'S', role_timers, NULL);
	role("lab-iouring", 'S', role_iouring, NULL);
	role("lab-bpf", 'S', role_bpf, NULL);
	net = role("lab-container", 'S', role_container, NULL);
	if (!mini && net > 0)
		make_veth(net);
	if (access("/mnt/freeze/.", F_OK) == 0)
		role("lab-frozen", 'D', role_frozen_writer, "/mnt/freeze");
	role("lab-spin", 'R', role_spin, NULL);

	put_file("/run/lab/ready", "ready\n");
	for (;;)
		pause();
}

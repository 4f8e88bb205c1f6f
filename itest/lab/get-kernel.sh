#!/usr/bin/env bash
# get-kernel.sh: a Debian kernel and its debug info, unpacked, not installed.
#
#   LAB_DIR=... KERNEL=6.12 ./get-kernel.sh [--all-debug]
#
# apt-get downloads (no root needed) from the Debian release that has this line
# of kernels, with package lists of its own, from the mirror that this machine's
# apt uses. The metapackage linux-image-cloud-amd64 says which build is current;
# Debian takes older ones out of its archive, so what is here already is kept.
# Leaves cache/kernel-VERSION/{boot,lib/modules,usr/lib/debug}: vmlinux and the
# debug files of the guest's own modules; of all modules with --all-debug, 1 GB.
# Only drgn needs those: where the archive has lost them, the kernel will do.
. "$(dirname "$0")/common.sh"
need apt-get dpkg-deb depmod modprobe tar

lists=$COMMON/apt/$SUITE
apt=(-q -o "Dir::Etc::SourceList=$lists/sources.list" -o Dir::Etc::SourceParts=/dev/null
	-o "Dir::State::Lists=$lists/lists" -o "Dir::Cache=$lists/cache"
	-o APT::Sandbox::User=root -o Acquire::Retries=3
	-o Acquire::Check-Valid-Until=false) # an archived release is not signed again
updated=
update() {
	local mirror security keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	[ -z "$updated" ] || return 0
	mirror=$(debian_mirror debian) security=$(debian_mirror debian-security)
	[ -n "$mirror" ] || unavailable "apt knows no Debian mirror here: run apt-get update, or set MIRROR"
	[ -e "$keyring" ] || unavailable "no $keyring: install debian-archive-keyring"
	# The old release's kernel does not change any more; in its security archive
	# some debug packages are listed that are not there.
	[ "$SUITE" != bullseye ] || security=
	mkdir -p "$lists"/lists/partial "$lists"/cache/archives/partial
	{
		echo "deb [signed-by=$keyring] $mirror $SUITE main"
		[ -z "$security" ] || echo "deb [signed-by=$keyring] $security $SUITE-security main"
	} >"$lists/sources.list"
	# Without Error-Mode, apt-get calls an unreachable archive a warning.
	timed "apt lists of $SUITE" apt-get "${apt[@]}" -o APT::Update::Error-Mode=any update >&2 ||
		unavailable "apt-get update for $SUITE failed: no network, or the release has left the archive"
	updated=1
}
get() { # PACKAGE [PATTERN...]: download it and unpack all of it, or what matches
	local package=$1 debs=$CACHE/debs
	shift
	[ ! -e "$KDIR/$package.done" ] || return 0
	update
	apt-cache "${apt[@]}" show "$package" >/dev/null 2>&1 ||
		unavailable "the archive's $SUITE has no $package; it has: $(apt-cache "${apt[@]}" pkgnames linux-image- |
			sed -n 's/^linux-image-\([0-9].*-cloud-amd64\)-dbg$/\1/p' | sort -V | paste -sd ' ')"
	rm -rf "$debs" && mkdir "$debs"
	(cd "$debs" && timed "download $package" apt-get "${apt[@]}" download "$package" >&2) ||
		unavailable "apt-get download $package failed"
	timed "unpack $package" unpack "$debs/${package}"_*.deb "$@" || die "cannot unpack $package"
	rm -r "$debs"
	touch "$KDIR/$package.done"
}
unpack() { # DEB [PATTERN...]
	local deb=$1
	shift
	[ $# -eq 0 ] || set -- --wildcards "$@"
	mkdir -p "$KDIR"
	dpkg-deb --fsys-tarfile "$deb" | tar -x --no-same-owner --keep-directory-symlink -C "$KDIR" "$@"
}

if [ -z "$VERSION" ]; then
	update
	use_kver "$(apt-cache "${apt[@]}" depends linux-image-cloud-amd64-dbg |
		sed -n 's/.*Depends: linux-image-\(.*\)-dbg$/\1/p' | head -n 1)"
	[ -n "$VERSION" ] || unavailable "the archive's $SUITE has no linux-image-cloud-amd64-dbg"
	case $VERSION in "$KERNEL".*) ;; *) unavailable "the archive's $SUITE has kernel $VERSION now, not $KERNEL" ;; esac
fi
get "linux-image-$VERSION"
# Older releases unpack modules in /lib, later ones in /usr/lib: take either.
[ -e "$KDIR/lib/modules" ] || ln -s usr/lib "$KDIR/lib"
[ -e "$MODULES/modules.dep" ] || depmod -b "$KDIR" "$VERSION"

dbg=linux-image-$VERSION-dbg
if [ "${1:-}" = --all-debug ]; then
	[ ! -e "$KDIR/$dbg.partial" ] || rm -f "$KDIR/$dbg".*
	get "$dbg"
elif [ ! -e "$KDIR/$dbg.done" ]; then
	patterns=("./usr/lib/debug/boot/vmlinux-$VERSION")
	while read -r ko _; do
		ko=${ko##*/}
		patterns+=("*/${ko%%.ko*}.ko*")
	done < <(PROFILES="$PROFILES dm net" guest_modules)
	if (get "$dbg" "${patterns[@]}"); then
		touch "$KDIR/$dbg.partial"
	else
		say "no debug info for $VERSION"
	fi
fi

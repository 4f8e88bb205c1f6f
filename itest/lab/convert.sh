#!/usr/bin/env bash
# convert.sh: one complete dump -> makedumpfile's formats, filtered or not.
#
#   LAB_DIR=... KERNEL=6.12 ./convert.sh NAME DUMP FORM...
#
# Reads out/NAME/DUMP, an ELF file, writes out/NAME/mdf.FORM:
#   d31.zlib d31.lzo d31.zstd   diskdump, -d 31, each compressor
#   d0.zlib                     diskdump, complete
#   d31.raw                     diskdump, -d 31, pages not compressed
#   d31.elf                     ELF, -d 31: holes where pages were left out
#   d31.flat                    d31.zlib in the flattened (pipe) form
# and notes.txt, vmcoreinfo.txt (all the notes; the VMCOREINFO note's text), and,
# last, converted.txt: makedumpfile's version and the forms. MAKEDUMPFILE names
# another makedumpfile: Debian 12's has no zstd ("trixie.sh makedumpfile" has).
. "$(dirname "$0")/common.sh"
name=${1:?usage: convert.sh NAME DUMP FORM...}
src=$OUT/$name/${2:?usage: convert.sh NAME DUMP FORM...}
shift 2
[ -e "$src" ] || die "no $src"
read -ra mdf <<<"${MAKEDUMPFILE:-makedumpfile}"
[ "${mdf[0]}" != trixie.sh ] || mdf[0]=$SCRIPTS/trixie.sh
need "${mdf[0]}" readelf

# makedumpfile (to 1.7.9 at least) takes it that program headers follow the ELF
# header; QEMU 7.2 and later puts section headers first and them at e_phoff.
# Give makedumpfile a copy with the program headers moved to where it looks.
num() { od -An -t u"$3" -j "$2" -N "$3" "$1" | tr -d ' '; }
input=$src
new= # the file that is being made
trap 'rm -f "$src.fixed" "$new"' EXIT
if [ "$(num "$src" 32 8)" -ne 64 ]; then
	input=$src.fixed
	cp --reflink=auto --sparse=always "$src" "$input"
	phoff=$(num "$src" 32 8) phnum=$(num "$src" 56 2)
	put() { dd of="$input" bs=1 seek="$1" conv=notrunc status=none; }
	dd if="$src" of="$input" bs=1 skip="$phoff" seek=64 count=$((56 * phnum)) conv=notrunc status=none
	printf '\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' | put 32 # e_phoff = 64, e_shoff = 0
	printf '\x40\0' | put 52                             # e_ehsize (QEMU 7.2 says 8)
	printf '\0\0\0\0' | put 60                           # e_shnum = e_shstrndx = 0
fi

rm -f "$OUT/$name"/{notes.txt,vmcoreinfo.txt,converted.txt}
log=$OUT/$name/makedumpfile.log
make() { # FORM options...
	local form=$1
	shift
	new=$OUT/$name/mdf.$form.new
	rm -f "$new"
	case $form in
	# -F writes to stdout, flattened; makedumpfile -R turns it back.
	*.flat) "${mdf[@]}" "$@" "$input" >"$new" 2>"$log" ;;
	*) "${mdf[@]}" "$@" "$input" "$new" >"$log" 2>&1 ;;
	esac || { tail -n 5 "$log" >&2; die "$name: ${mdf[*]} made no mdf.$form"; }
	mv "$new" "$OUT/$name/mdf.$form"
}
for form; do
	case $form in
	d31.zlib) options=(-d 31 -c) ;;
	d31.lzo) options=(-d 31 -l) ;;
	d31.zstd) options=(-d 31 -z) ;;
	d31.raw) options=(-d 31) ;;
	d31.elf) options=(-d 31 -E) ;;
	d31.flat) options=(-d 31 -c -F) ;;
	d0.zlib) options=(-d 0 -c) ;;
	*) die "unknown form $form" ;;
	esac
	timed "makedumpfile $KERNEL $name mdf.$form" make "$form" "${options[@]}"
done
rm -f "$log"
readelf -nW "$src" >"$OUT/$name/notes.txt" 2>&1 || true
# The note's text: from its first key to the last line, as printable bytes.
grep -a -o -E '(OSRELEASE|^BUILD-ID|^PAGESIZE|^SYMBOL|^OFFSET|^SIZE|^LENGTH|^NUMBER|^KERNELOFFSET|^CRASHTIME)[ -~]*' <(head -c 2000000 "$src") |
	awk '!seen[$0]++' >"$OUT/$name/vmcoreinfo.txt" || true
printf '%s\n' "$("${mdf[@]}" -v 2>&1 | sed -n 1p)" "$*" >"$OUT/$name/converted.txt"

#!/usr/bin/env bash
# Makes the root file system of the container image from a built checkout:
#   deploy/image/make_root.sh ROOT
# ROOT is made anew: the programs, libtorch, the int8 model and the Debian libraries they load; no
# shell, no package manager, no Python. The libraries are copied from the packages of this machine,
# which the programs were linked and tested with, so it needs no network. As root, so that the files
# are root's.
set -euo pipefail
shopt -s inherit_errexit
umask 022
source "$(dirname "${BASH_SOURCE[0]}")/../steps.sh"

[ $# = 1 ] || die "usage: $0 ROOT"
[ ! -e "$1" ] || die "$1 is there already"
mkdir -p "$1"
target=$(cd "$1" && pwd)
home=$target/opt/quartet

# What a process expects of a root file system. Debian's /lib and the like are links.
make_skeleton() {
  mkdir -p "$target"/{dev,etc/quartet,proc,sys,usr/lib,usr/lib64,var/lib/dpkg}
  mkdir -m 1777 "$target/tmp"
  ln -s usr/lib "$target/lib"
  ln -s usr/lib64 "$target/lib64"
  echo 'quartet:x:10001:10001::/:/nonexistent' >"$target/etc/passwd"
  echo 'quartet:x:10001:' >"$target/etc/group"
}

# libtorch_cpu keeps 89 MB of symbols that only a debugger reads: those of the loader stay.
install_quartet() {
  cmake --install "$root/build/release" --prefix "$home" >/dev/null
  strip --strip-unneeded "$home"/bin/* "$home"/lib/*.so
  install -D -m 644 -t "$home/models" "$root/build/models/paraphrase-MiniLM-L3-v2.pt"
  install -m 644 -t "$target/etc/quartet" "$root/deploy/quartet.conf"
}

# The files outside of ROOT that the loader finds for our programs and libraries.
needed_libraries() {
  ldd "$home"/bin/* "$home"/lib/* |
    awk '$2 == "=>" { print $3 } $1 ~ /^\// && NF == 2 { print $1 }' |
    grep -v "^$target/" | sort -u
}

# packages_with FILE...: some still list a library of /usr/lib as /lib.
packages_with() {
  local files
  mapfile -t files < <(realpath "$@")
  { dpkg-query -S "${files[@]}" "${files[@]#/usr}" 2>/dev/null || true; } | cut -d: -f1 | sort -u
}

# package_files PACKAGE: those that a process may read, and the licence.
package_files() {
  local files file
  files=$(dpkg-query -L "$1")
  while read -r file; do
    case $file in
      /usr/share/doc/*/copyright | /usr/share/common-licenses/* | /usr/share/grpc/*) ;;
      /usr/share/* | /etc/update-motd.d/*) continue ;;
    esac
    # Links to directories are the skeleton's.
    if [ -f "$file" ] || { [ -L "$file" ] && [ ! -d "$file" ]; }; then echo "${file#/}"; fi
  done <<<"$files"
}

# With its entry for dpkg and for scanners of vulnerabilities.
copy_package() {
  package_files "$1" | tar --create --directory / --files-from - |
    tar --extract --directory "$target"
  { dpkg-query -s "$1"; echo; } >>"$target/var/lib/dpkg/status"
}

make_skeleton
install_quartet
mapfile -t libraries < <(needed_libraries)
# base-files says which Debian it is and has the texts of the licences, gcc-12-base has the one of
# libgcc and libstdc++.
for package in base-files gcc-12-base $(packages_with "${libraries[@]}"); do
  copy_package "$package"
done
for library in "${libraries[@]}"; do
  [ -e "$target$library" ] || die "no Debian package has $library"
done
say "$target: $(($(du -sb "$target" | cut -f1) / 1000000)) MB"

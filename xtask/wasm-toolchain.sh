#!/usr/bin/env bash
# A Rust compiler with the target wasm32-unknown-unknown, for where `rustup target add` cannot fetch it: rustc and its
# libraries of Debian sid, unpacked into a folder (about 1 GB; nothing is installed). They run with sid's own loader, so that
# the C library of the system does not matter. Linux on x86-64; wants apt-get, dpkg-deb and a Debian mirror in apt's sources.
#   wasm-toolchain.sh [FOLDER]     prints the path of the compiler; the folder is ~/.cache/krepis/wasm-toolchain unless told
set -euo pipefail

folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/krepis/wasm-toolchain}
compiler=$folder/rustc
if [ -x "$compiler" ] && "$compiler" --version > /dev/null 2>&1; then
  echo "$compiler"
  exit
fi

fail() {
  echo "wasm-toolchain.sh: $1" >&2
  exit 1
}
command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null || fail "apt-get and dpkg-deb are needed"
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{sources,list} 2> /dev/null |
  grep -oE 'https?://[^ ]*/debian/?( |$)' | head -1 | tr -d ' ' || true)
[ -n "$mirror" ] || fail "there is no Debian mirror in apt's sources"

rm -rf "$folder"
mkdir -p "$folder"/{lists/partial,archives/partial,debs,root}
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" > "$folder/sources.list"
options=(-oDir::Etc::sourcelist="$folder/sources.list" -oDir::Etc::sourceparts=/dev/null
  -oDir::State::lists="$folder/lists" -oDir::Cache::archives="$folder/archives"
  -oAPT::Get::List-Cleanup=0 -oAPT::Sandbox::User=root)
apt-get -qq "${options[@]}" update >&2

depends() {
  apt-cache "${options[@]}" depends --no-{recommends,suggests,conflicts,breaks,replaces,enhances} "$@"
}
std=$(depends libstd-rust-dev | sed -n 's/.*Depends: \(libstd-rust-[0-9.]*\)$/\1/p' | head -1)
[ -n "$std" ] || fail "sid has no libstd-rust"
# What rustc and LLVM are linked with.
libraries='libc6|libgcc-s1|libstdc\+\+6|libllvm[0-9]+|libz3-4|libzstd1|libxml2(-16)?|libedit2|libffi8|libtinfo6|libbsd0|libmd0|zlib1g|libicu[0-9]+|liblzma5'
mapfile -t linked < <(depends --recurse rustc "$std" | grep -xE "$libraries" | sort -u)
(cd "$folder/debs" && apt-get -qq "${options[@]}" download rustc libstd-rust-dev libstd-rust-dev-wasm32 "$std" "${linked[@]}" >&2)
for package in "$folder"/debs/*.deb; do dpkg-deb -x "$package" "$folder/root"; done

cat > "$compiler" << SCRIPT
#!/bin/sh
root=$folder/root
libraries=\$root/usr/lib/x86_64-linux-gnu
exec "\$libraries/ld-linux-x86-64.so.2" --library-path "\$libraries:\$root/usr/lib" "\$root/usr/bin/rustc" --sysroot "\$root/usr" "\$@"
SCRIPT
chmod +x "$compiler"
rm -rf "$folder"/{debs,archives,lists}
"$compiler" --version >&2
echo "$compiler"

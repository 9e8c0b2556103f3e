#!/bin/bash
# Compiles the library for all processors that this machine has a compiler for:
#   build-all.sh OUT
# OUT/x86_64, OUT/aarch64 receive libtenon-cpu.so each; OUT/host is a link to this machine's, and
# OUT/natives.bnd tells bnd what to put into the bundle.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1
mkdir -p "$out"
host=$(uname -m)
files=
clauses=
for arch in x86_64 aarch64; do
    status=0
    "$here/build.sh" "$out/$arch" "$arch" lib || status=$?
    if [ $status -eq 3 ]; then
        rm -f "$out/$arch/libtenon-cpu.so"
        echo "The cpu backend is built without kernels for $arch, since there is no C compiler for it here; on such devices the next backend of the profile serves."
    elif [ $status -ne 0 ]; then
        exit $status
    else
        files="$files${files:+,}native/linux-$arch/libtenon-cpu.so=$out/$arch/libtenon-cpu.so"
        clauses="${clauses}native/linux-$arch/libtenon-cpu.so;osname=Linux;processor=${arch/_/-},"
    fi
done
ln -sfn "$host" "$out/host"
{
    [ -z "$files" ] || echo "-includeresource.natives: $files"
    [ -z "$clauses" ] || echo "Bundle-NativeCode: $clauses*"
} > "$out/natives.bnd"

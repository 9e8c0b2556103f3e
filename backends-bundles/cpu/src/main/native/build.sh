#!/bin/bash
# Compiles the native library with the system's C compiler, and its tests.
#   build.sh OUT [ARCH] [lib|tests] [--sanitize]
# ARCH: x86_64 or aarch64 (cross-compiled unless this machine is one). OUT receives libtenon-cpu.so
# or, for tests, an executable test_NAME per file of src/test/native. Only what changed is compiled.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1
arch=${2:-$(uname -m)}
what=${3:-lib}
sanitize=${4:-}
tests=$here/../../test/native

cc=${CC:-cc}
[ "$arch" = "$(uname -m)" ] || cc=${CROSS_CC:-$arch-linux-gnu-gcc}
command -v "$cc" >/dev/null || { echo "build.sh: there is no compiler $cc"; exit 3; }

# No unsafe maths: NaN and infinities must come out as the standard says.
flags="-std=gnu11 -O3 -g1 -fPIC -fno-asynchronous-unwind-tables -fvisibility=hidden -fno-math-errno -fno-trapping-math -Wall -Wextra -Wno-unused-parameter -Werror=implicit-function-declaration -ffile-prefix-map=$here=."
if [ "$sanitize" = --sanitize ]; then
    flags="${flags/-O3/-O1} -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
fi
flags="$flags -I$here/include -I$here/engine -I$here/ops -I$here/templates"

jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}

isa_flags() {
    case $1 in
        scalar) echo "-Os -fno-tree-vectorize -DTN_SCALAR" ;;
        avx2) echo "-mavx2 -mfma -mf16c" ;;
        avxvnni) echo "-mavx2 -mfma -mf16c -mavxvnni" ;;
        avx512) echo "-mavx2 -mfma -mf16c -mavx512f -mavx512bw -mavx512dq -mavx512vl" ;;
        avx512vnni) echo "$(isa_flags avx512) -mavx512vnni" ;;
        avx512vbmi) echo "$(isa_flags avx512vnni) -mavx512vbmi" ;;
        avx512bf16) echo "$(isa_flags avx512vbmi) -mavx512bf16" ;;
        neon) echo "-march=armv8-a" ;;
        neondot) echo "-march=armv8.2-a+dotprod" ;;
        neoni8mm) echo "-march=armv8.2-a+dotprod+i8mm" ;;
    esac
}

case $arch in
    x86_64) isas="scalar avx2 avxvnni avx512 avx512vnni avx512vbmi avx512bf16" ;;
    aarch64) isas="scalar neon neondot neoni8mm" ;;
    *) echo "build.sh: no kernels for $arch" >&2; exit 3 ;;
esac

objects=$out/objects-$arch${sanitize}
mkdir -p "$objects"
list=()
jobs=0

# compile SOURCE OBJECT FLAGS...
compile() {
    local source=$1 object=$2
    shift 2
    list+=("$object")
    if [ -f "$object" ] && [ -f "${object%.o}.d" ]; then
        local newer=
        # shellcheck disable=SC2013
        for file in $(sed -e 's/^[^:]*://' -e 's/\\$//' "${object%.o}.d"); do
            [ "$file" -nt "$object" ] && newer=yes && break
        done
        [ -n "$newer" ] || [ "${BASH_SOURCE[0]}" -nt "$object" ] || return 0
    fi
    # shellcheck disable=SC2086
    "$cc" $flags "$@" -MMD -c "$source" -o "$object" &
    jobs=$((jobs + 1))
    if [ $jobs -ge 2 ]; then
        wait -n || exit 1
        jobs=$((jobs - 1))
    fi
}

build=$(cat "$here"/*/*.[ch] "$here"/*/*.inc "$here"/isa/*/*.[ch] | cksum | tr ' ' '-')
for source in "$here"/engine/*.c "$here"/ops/*.c; do
    [ -f "$source" ] || continue
    object=$objects/$(basename "$(dirname "$source")")-$(basename "$source" .c).o
    if [ "$(basename "$source")" = jni.c ]; then
        [ "$what" = lib ] || continue
        rm -f "$object" # knows the checksum of all sources
        compile "$source" "$object" "-I$jdk/include" "-I$jdk/include/linux" "-DTENON_BUILD=\"$build\""
    else
        # many pairs of types, none of them often
        case $(basename "$source") in
            binary_elements.c | cast.c) compile "$source" "$object" -Os ;;
            *) compile "$source" "$object" ;;
        esac
    fi
done
for isa in $isas; do
    for source in "$here/isa/$isa"/*.c; do
        [ -f "$source" ] || continue
        # shellcheck disable=SC2046
        compile "$source" "$objects/$isa-$(basename "$source" .c).o" $(isa_flags "$isa")
    done
done

if [ "$what" = tests ]; then
    library=("${list[@]}")
    for source in "$tests"/test_*.c; do
        [ -f "$source" ] || continue
        compile "$source" "$objects/$(basename "$source" .c).o"
    done
    while [ $jobs -gt 0 ]; do wait -n || exit 1; jobs=$((jobs - 1)); done
    for source in "$tests"/test_*.c; do
        [ -f "$source" ] || continue
        name=$(basename "$source" .c)
        # shellcheck disable=SC2086
        "$cc" $flags -o "$out/$name" "$objects/$name.o" "${library[@]}" -lm -lpthread
    done
else
    while [ $jobs -gt 0 ]; do wait -n || exit 1; jobs=$((jobs - 1)); done
    # shellcheck disable=SC2086
    "$cc" $flags -shared -Wl,--build-id=none -Wl,-z,defs -Wl,--gc-sections -s -o "$out/libtenon-cpu.so" "${list[@]}" -lm -lpthread
fi

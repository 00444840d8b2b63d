#!/usr/bin/env bash
# ./test and ./actorsparse in front of a `dotnet` that only notes what it is asked: what they call, and every way to fail; so, before an
# `openssl` of that kind, deploy/make-certificates.sh.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

checks=0
problem() {
  printf 'launchers: %s: %s\n' "$name" "$1" >&2
  [ ! -s "$work/err" ] || sed 's/^/  stderr: /' "$work/err" >&2
  [ ! -s "$calls" ] || sed 's/^/  dotnet /' "$calls" >&2
  exit 1
}

# A fresh checkout with nothing but the launchers; BUILDS and TESTS are the exit codes of `dotnet build` and `dotnet test`.
checkout() {
  name=$1
  calls=$work/calls
  repo="$work/check out"
  rm -rf "$repo" "$work/bin" "$calls" "$work/err"
  mkdir -p "$repo/eng" "$repo/src" "$repo/tests" "$work/bin"
  cp "$root/actorsparse" "$root/test" "$repo/"
  cp "$root/eng/common.sh" "$repo/eng/"
  : >"$calls"
  printf '#!/usr/bin/env bash\n' >"$repo/tests/launchers.sh"
  printf '#!/usr/bin/env bash\necho "fetch $*" >>"$CALLS"\nexit "${FETCHES:-0}"\n' >"$repo/eng/fetch-data.sh"
  printf '#!/usr/bin/env bash\necho "numpy" >>"$CALLS"\n' >"$repo/eng/fetch-numpy.sh"
  chmod +x "$repo/tests/launchers.sh" "$repo/eng/fetch-data.sh" "$repo/eng/fetch-numpy.sh"
  cat >"$work/bin/dotnet" <<'FAKE'
#!/usr/bin/env bash
printf '%s\n' "$*" >>"$CALLS"
case $1 in
  --version) [ -z "${NO_SDK:-}" ] || exit 145 ;;
  --list-sdks) echo "8.0.100 [/sdk]" ;;
  build)
    echo "noise of a build"
    out=artifacts/bin/ActorSparse.Host/release
    mkdir -p "$out" && touch "$out/actorsparse.dll"
    exit "${BUILDS:-0}" ;;
  test) exit "${TESTS:-0}" ;;
  *) pwd ;;
esac
FAKE
  chmod +x "$work/bin/dotnet"
  export CALLS=$calls
  unset BUILDS TESTS FETCHES NO_SDK
  path=$work/bin:$PATH
}

# runs EXPECTED-STATUS COMMAND...: in the checkout, from another folder.
runs() {
  local expected=$1 status=0
  shift
  checks=$((checks + 1))
  (cd "$work" && PATH=$path "$@") >"$work/out" 2>"$work/err" || status=$?
  [ "$status" = "$expected" ] || problem "exit code $status instead of $expected"
}

says() { grep -qF -- "$1" "$work/err" || problem "does not say: $1"; }
says_one_line() { [ "$(wc -l <"$work/err")" = 1 ] || problem "should say one line"; }
called() { grep -qF -- "$1" "$calls" || problem "did not call: $1"; }
not_called() { ! grep -qF -- "$1" "$calls" || problem "called: $1"; }
times_called() { [ "$(grep -cF -- "$2" "$calls")" = "$1" ] || problem "should call $1 times: $2"; }

checkout "no SDK on PATH"
mkdir "$work/bare"
for tool in bash env dirname readlink sed; do ln -s "$(command -v $tool)" "$work/bare/$tool"; done
path=$work/bare
for launcher in test actorsparse; do
  runs 2 "$repo/$launcher"
  says_one_line
  says "'dotnet' is not on PATH"
done

checkout "an SDK that is too old"
export NO_SDK=1
for launcher in test actorsparse; do
  runs 2 "$repo/$launcher"
  says_one_line
  says "installed: 8.0.100"
done

checkout "built once, and run in the caller's folder"
runs 0 "$repo/actorsparse" train "two words"
called "$repo/artifacts/bin/ActorSparse.Host/release/actorsparse.dll train two words"
[ "$(cat "$work/out")" = "$work" ] || problem "the host must run in the caller's folder, with nothing else on its output"
[ ! -s "$work/err" ] || problem "nothing to say on standard error"
runs 0 "$repo/actorsparse" train
times_called 1 "build "

checkout "a change in the sources builds again, also a deleted file"
runs 0 "$repo/actorsparse"
touch -d '+1 minute' "$repo/src"
runs 0 "$repo/actorsparse"
times_called 2 "build "

checkout "arguments of dotnet test are passed on"
runs 0 "$repo/test" --filter Name
called "--logger console;verbosity=minimal --filter Name"
times_called 1 "build ActorSparse.sln"

checkout "failures are passed on"
export TESTS=1
runs 1 "$repo/test"
export BUILDS=1
for launcher in test actorsparse; do
  rm -rf "$repo/artifacts"
  runs 1 "$repo/$launcher"
  says "noise of a build"
done

checkout "Fashion-MNIST is fetched for a run on it and for the tests"
runs 0 "$repo/actorsparse" train fashion-mnist-paper --epochs 3 --data-dir "some/where"
called "fetch fashion-mnist some/where"
runs 0 "$repo/actorsparse" train fashion-mnist --data-dir=else/where
called "fetch fashion-mnist else/where"
runs 0 "$repo/test"
times_called 3 "fetch fashion-mnist"
times_called 1 "numpy"
runs 0 "$repo/actorsparse" train madelon
times_called 3 "fetch "
export FETCHES=2
runs 2 "$repo/actorsparse" train fashion-mnist
times_called 1 "actorsparse.dll train fashion-mnist --data-dir"
times_called 3 "actorsparse.dll"

checkout "through a link from elsewhere"
ln -sf "$repo/actorsparse" "$work/linked"
runs 0 "$work/linked" train
called "actorsparse.dll train"

checkout "certificates are made for names and addresses, and what prevents it is said"
cat >"$work/bin/openssl" <<'FAKE'
#!/usr/bin/env bash
while [ $# -gt 0 ]; do
  case $1 in
    -keyout | -out) touch "$2" ;;
    -extfile) cat "$2" >>"$CALLS" ;;
  esac
  shift
done
FAKE
chmod +x "$work/bin/openssl"
certificates=$root/deploy/make-certificates.sh
runs 0 "$certificates" pki fd00::1 10.0.0.1 node-1
for name in IP:fd00::1 IP:10.0.0.1 DNS:node-1; do called "subjectAltName=$name"; done
runs 2 env DAYS=abc "$certificates" pki a
says "DAYS is 'abc'"
printf '#!/usr/bin/env bash\necho "no such option" >&2\nexit 1\n' >"$work/bin/openssl"
runs 1 "$certificates" another a
says "no such option"
path=$work/bare
runs 2 "$certificates" pki a
says "openssl is missing"

printf 'Passed!  - Launchers: %s runs\n' "$checks"

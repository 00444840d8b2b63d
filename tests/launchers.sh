#!/usr/bin/env bash
# ./test and ./actorsparse in front of a `dotnet` that only notes what it is asked: every way to choose a runtime, and every way to fail.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset AkkaRuntime AkkaVersion

checks=0
problem() {
  printf 'launchers: %s: %s\n' "$name" "$1" >&2
  [ ! -s "$work/err" ] || sed 's/^/  stderr: /' "$work/err" >&2
  [ ! -s "$calls" ] || sed 's/^/  dotnet /' "$calls" >&2
  exit 1
}

# A fresh checkout with nothing but the launchers; RESTORES and TESTS are the exit codes of `dotnet restore` and `dotnet test`.
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
  chmod +x "$repo/tests/launchers.sh" "$repo/eng/fetch-data.sh"
  cat >"$work/bin/dotnet" <<'FAKE'
#!/usr/bin/env bash
printf '%s\n' "[${AkkaRuntime:-}] $*" >>"$CALLS"
case $1 in
  --version) [ -z "${NO_SDK:-}" ] || exit 145 ;;
  --list-sdks) echo "8.0.100 [/sdk]" ;;
  restore) exit "${RESTORES:-0}" ;;
  build)
    echo "noise of a build"
    out=artifacts/$AkkaRuntime/bin/ActorSparse.Host/release
    mkdir -p "$out" && touch "$out/actorsparse.dll"
    exit "${BUILDS:-0}" ;;
  test) exit "${TESTS:-0}" ;;
  msbuild) echo 1.2.3 ;;
  *) pwd ;;
esac
FAKE
  chmod +x "$work/bin/dotnet"
  export CALLS=$calls
  unset RESTORES BUILDS TESTS FETCHES NO_SDK AkkaRuntime
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

checkout "what restores is found once and remembered"
runs 0 "$repo/actorsparse" train "two words"
says "Akka runtime: official (found here"
called "[official] $repo/artifacts/official/bin/ActorSparse.Host/release/actorsparse.dll train two words"
[ "$(cat "$work/out")" = "$work" ] || problem "the host must run in the caller's folder, with nothing else on its output"
export RESTORES=1
runs 0 "$repo/actorsparse" train
says "Akka runtime: official"
times_called 1 "restore"
times_called 1 "] build"

checkout "embedded where nothing restores"
export RESTORES=1
runs 0 "$repo/actorsparse"
says "Akka runtime: embedded (found here; delete artifacts/akka-runtime.props to look again)"
called "[embedded] build src/Host"
runs 0 "$repo/test"
called "[embedded] test"
not_called "[official]"
times_called 1 "restore"

checkout "nonsense in the memory is looked up again"
mkdir -p "$repo/artifacts"
echo "<Project/>" >"$repo/artifacts/akka-runtime.props"
runs 0 "$repo/actorsparse"
says "Akka runtime: official"
times_called 1 "restore"

checkout "a change in the sources builds again, also a deleted file"
runs 0 "$repo/actorsparse"
touch -d '+1 minute' "$repo/src"
runs 0 "$repo/actorsparse"
times_called 2 "] build"

checkout "an explicit choice wins and is not remembered"
runs 0 env AkkaRuntime=embedded "$repo/actorsparse"
says "Akka runtime: embedded (chosen by AkkaRuntime)"
not_called "restore"
[ ! -e "$repo/artifacts/akka-runtime.props" ] || problem "remembered"
runs 0 env AkkaRuntime=embedded "$repo/test"
not_called "[official]"
runs 0 env AkkaRuntime=official "$repo/test" --filter Name
called "[official] test ActorSparse.sln -c Release --no-build --nologo -v quiet --filter Name"
times_called 1 "[embedded] test"

checkout "official that does not restore"
export RESTORES=1
for command in "env|AkkaRuntime=official|$repo/actorsparse" "env|AkkaRuntime=official|$repo/test" "$repo/test|--runtime|official"; do
  IFS='|' read -ra words <<<"$command"
  runs 2 "${words[@]}"
  says_one_line
  says "version 1.2.3: Akka, Akka.Remote, Akka.Cluster, Akka.Cluster.Tools, Akka.Serialization.Hyperion, Akka.TestKit.Xunit2"
  says "AkkaRuntime=embedded"
  not_called "] build"
done

checkout "values that are none"
for command in "env|AkkaRuntime=other|$repo/actorsparse" "env|AkkaRuntime=other|$repo/test" "$repo/test|--runtime|other" "$repo/test|--runtime"; do
  IFS='|' read -ra words <<<"$command"
  runs 2 "${words[@]}"
  says_one_line
  says "expected"
done

checkout "tests on the runtime that is asked for"
runs 0 "$repo/test" --runtime both --filter Name
called "[embedded] test ActorSparse.sln -c Release --no-build --nologo -v quiet --filter Name"
called "[official] test ActorSparse.sln -c Release --no-build --nologo -v quiet --filter Name"
for choice in "--runtime embedded" "--runtime=embedded" "-p:AkkaRuntime=embedded"; do
  : >"$calls"
  # shellcheck disable=SC2086
  runs 0 "$repo/test" $choice
  called "[embedded] test"
  not_called "[official]"
done

checkout "tests on both where both restore"
runs 0 "$repo/test"
called "[embedded] test"
called "[official] test"

checkout "failures are passed on"
export TESTS=1
runs 1 "$repo/test" --runtime both
not_called "[official] test"
export BUILDS=1
for launcher in test actorsparse; do
  rm -rf "$repo/artifacts"
  runs 1 env AkkaRuntime=embedded "$repo/$launcher"
  says "noise of a build"
done

checkout "Fashion-MNIST is fetched for a run on it and for the tests"
runs 0 "$repo/actorsparse" train fashion-mnist-best --epochs 3 --data-dir "some/where"
called "fetch fashion-mnist some/where"
runs 0 "$repo/actorsparse" train fashion-mnist --data-dir=else/where
called "fetch fashion-mnist else/where"
runs 0 "$repo/test"
times_called 3 "fetch fashion-mnist"
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

printf 'Passed!  - Launchers: %s runs\n' "$checks"

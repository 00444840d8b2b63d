# Shared by ./actorsparse and ./test: makes sure of the SDK and settles which Akka runtime to build against.
# Sourced with the repository's root as the working directory.

fail() {
  printf '%s\n' "$1" >&2
  exit 2
}

# Runs a command and shows what it printed only if it fails.
quietly() {
  local output status=0
  output=$("$@" 2>&1) || status=$?
  [ "$status" = 0 ] || printf '%s\n' "$output" >&2
  return "$status"
}

require_sdk() {
  command -v dotnet >/dev/null 2>&1 ||
    fail "ActorSparse needs the .NET SDK 10.0 or later, and 'dotnet' is not on PATH: install it from https://dotnet.microsoft.com/download/dotnet/10.0"
  dotnet --version >/dev/null 2>&1 ||
    fail "ActorSparse needs the .NET SDK 10.0 or later (global.json); installed: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ' -)"
}

restores_official() {
  dotnet restore tests/Akka.Conformance -p:AkkaRuntime=official --verbosity quiet >/dev/null 2>&1
}

# The remembered runtime, or nothing if none (or nonsense) is remembered.
remembered_runtime() {
  sed -n 's/.*<AkkaRuntime[^>]*>\(official\|embedded\)<.*/\1/p' "$1" 2>/dev/null || true
}

remember_runtime() {
  mkdir -p "${1%/*}"
  printf '<Project>\n  <PropertyGroup>\n    <AkkaRuntime Condition="%s">%s</AkkaRuntime>\n  </PropertyGroup>\n</Project>\n' \
    "'\$(AkkaRuntime)' == ''" "$2" >"$1.$$"
  mv "$1.$$" "$1"
}

# Sets AkkaRuntime and exports it (MSBuild reads it): the environment's choice, else the remembered one, else what restores here.
choose_runtime() {
  local memory=artifacts/akka-runtime.props how
  case ${AkkaRuntime:-} in
    embedded) how="chosen by AkkaRuntime" ;;
    official)
      how="chosen by AkkaRuntime"
      restores_official ||
        fail "AkkaRuntime=official, but these packages do not restore here at version $(akka_version): Akka, Akka.Remote, Akka.Cluster, Akka.Cluster.Tools, Akka.Serialization.Hyperion, Akka.TestKit.Xunit2. Add a package source that has them, name another AkkaVersion, or set AkkaRuntime=embedded" ;;
    "")
      how="found here; delete $memory to look again"
      AkkaRuntime=$(remembered_runtime "$memory")
      if [ -z "$AkkaRuntime" ]; then
        if restores_official; then AkkaRuntime=official; else AkkaRuntime=embedded; fi
        remember_runtime "$memory" "$AkkaRuntime"
      fi ;;
    *) fail "AkkaRuntime is '$AkkaRuntime'; expected official or embedded" ;;
  esac
  export AkkaRuntime
  printf 'Akka runtime: %s (%s)\n' "$AkkaRuntime" "$how" >&2
}

akka_version() {
  dotnet msbuild tests/Akka.Conformance -getProperty:AkkaVersion 2>/dev/null || printf unknown
}

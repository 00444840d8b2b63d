# Shared by ./actorsparse and ./test: makes sure of the SDK and settles which Akka runtime to build against.
# Sourced with the repository's root as the working directory.

fail() {
  printf '%s\n' "$1" >&2
  exit 2
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

# Sets AkkaRuntime and exports it (MSBuild reads it): the environment's choice, else the remembered one, else what restores here.
choose_runtime() {
  local remembered=artifacts/akka-runtime.props how
  if [ -n "${AkkaRuntime:-}" ]; then
    how="chosen by AkkaRuntime"
    case $AkkaRuntime in
      embedded) ;;
      official)
        restores_official ||
          fail "AkkaRuntime=official, but these packages do not restore here: Akka, Akka.Remote, Akka.Cluster, Akka.Serialization.Hyperion, Akka.TestKit.Xunit2. Add a package source that has them, or set AkkaRuntime=embedded" ;;
      *) fail "AkkaRuntime is '$AkkaRuntime'; expected official or embedded" ;;
    esac
  else
    if [ ! -f "$remembered" ]; then
      if restores_official; then AkkaRuntime=official; else AkkaRuntime=embedded; fi
      mkdir -p artifacts
      printf '<Project>\n  <PropertyGroup>\n    <AkkaRuntime Condition="%s">%s</AkkaRuntime>\n  </PropertyGroup>\n</Project>\n' \
        "'\$(AkkaRuntime)' == ''" "$AkkaRuntime" >"$remembered.$$" && mv "$remembered.$$" "$remembered"
    fi
    AkkaRuntime=$(sed -n 's/.*<AkkaRuntime[^>]*>\([a-z]*\)<.*/\1/p' "$remembered")
    how="found here; delete $remembered to look again"
  fi
  export AkkaRuntime
  printf 'Akka runtime: %s (%s)\n' "$AkkaRuntime" "$how" >&2
}

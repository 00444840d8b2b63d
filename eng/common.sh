# Shared by ./actorsparse and ./test.
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

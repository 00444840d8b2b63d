# Shared by ./actorsparse, ./test and the scripts of this folder.

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

# Installs a package of Debian where apt and rights allow it.
install_package() {
  local package=$1 elevate=
  command -v apt-get >/dev/null 2>&1 || return 1
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true >/dev/null 2>&1 || return 1
    elevate="sudo -n"
  fi
  printf 'Installing the package %s ...\n' "$package" >&2
  local install="$elevate env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $package"
  $install >/dev/null 2>&1 || { $elevate apt-get update >/dev/null 2>&1 && $install >/dev/null 2>&1; }
}

require_sdk() {
  command -v dotnet >/dev/null 2>&1 ||
    fail "ActorSparse needs the .NET SDK 10.0 or later, and 'dotnet' is not on PATH: install it from https://dotnet.microsoft.com/download/dotnet/10.0"
  dotnet --version >/dev/null 2>&1 ||
    fail "ActorSparse needs the .NET SDK 10.0 or later (global.json); installed: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ' -)"
}

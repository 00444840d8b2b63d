#!/usr/bin/env bash
# Makes a data set available on this machine: eng/fetch-data.sh fashion-mnist [DATA_DIR]
# DATA_DIR is a folder to look in first, as --data-dir is (or ACTORSPARSE_DATA_DIR). Nothing happens if the data is there already. Otherwise: Debian's package where
# apt and rights allow, else a download from the publisher, checked by SHA-256, into the user's data folder (docs/data.md).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

name=${1:-} given=${2:-${ACTORSPARSE_DATA_DIR:-}}
case $name in
  fashion-mnist) package=dataset-fashion-mnist ;;
  *)
    fail "eng/fetch-data.sh: data set '$name'; expected fashion-mnist"
    ;;
esac

system=/usr/share/datasets/$name
user=${XDG_DATA_HOME:-${HOME:-}/.local/share}/actorsparse/$name
addresses="https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion
http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
files="train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte"
# The publisher's .gz files. They agree with the MD5 sums in the publisher's README.
checksums="3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84  train-images-idx3-ubyte.gz
a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845  train-labels-idx1-ubyte.gz
346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073  t10k-images-idx3-ubyte.gz
67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5  t10k-labels-idx1-ubyte.gz"

present_in() {
  local file
  for file in $files; do
    [ -f "$1/$file" ] || [ -f "$1/$file.gz" ] || return 1
  done
}

present() {
  local folder
  for folder in "$given" "${given:+$given/$name}" "${ACTORSPARSE_DATA:-}" "${ACTORSPARSE_DATA:+$ACTORSPARSE_DATA/$name}" \
    "$user" "$system"; do
    if [ -n "$folder" ] && present_in "$folder"; then return 0; fi
  done
  return 1
}

get() {
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --location --connect-timeout 20 --retry 2 --output "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    wget --quiet --timeout=20 --tries=3 --output-document="$2" "$1"
  else
    return 1
  fi
}

download_from() {
  local file
  for file in $files; do get "$1/$file.gz" "$2/$file.gz" || return 1; done
  (cd "$2" && printf '%s\n' "$checksums" | sha256sum --check --quiet --strict >/dev/null 2>&1)
}

download() {
  local address partial
  mkdir -p "$(dirname "$user")" || return 1
  partial=$(mktemp -d "$user.XXXXXX") || return 1
  # shellcheck disable=SC2064
  trap "rm -rf '$partial'" EXIT
  for address in $addresses; do
    printf 'Downloading %s from %s ...\n' "$name" "$address" >&2
    if download_from "$address" "$partial"; then
      mkdir -p "$user" && mv "$partial"/*.gz "$user"/
      return
    fi
  done
  return 1
}

present || { install_package "$package" && present_in "$system"; } || download || fail "$name is not on this machine, and neither apt (package $package) nor the publisher's files could be had: put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz from https://github.com/zalandoresearch/fashion-mnist into $user, or name their folder with --data-dir or ACTORSPARSE_DATA"

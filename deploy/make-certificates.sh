#!/usr/bin/env bash
# Certificates for the nodes of a cluster that talk over TLS (hocon/tls.conf), from an authority of its own:
#
#   deploy/make-certificates.sh FOLDER NODE [NODE...]
#
# makes FOLDER/ca.pem (what every node trusts) with FOLDER/ca.key (keep it away from the nodes) unless they are there, and for each NODE, a
# host name or IP address as in --host, FOLDER/NODE.pfx. The password of the .pfx files is PASSWORD from the environment [changeit].
# DAYS (825) is how long the certificates hold.
set -euo pipefail

refuse() { echo "$0: $1" >&2; exit 2; }

[ $# -ge 2 ] || { echo "usage: $0 FOLDER NODE [NODE...]" >&2; exit 2; }
days=${DAYS:-825}
[[ $days =~ ^[1-9][0-9]*$ ]] || refuse "DAYS is '$days'; expected a number of days"
command -v openssl >/dev/null || refuse "openssl is missing; install it first"
folder=$1
shift
umask 077
mkdir -p "$folder"
cd "$folder"

# What openssl says while it works concerns nobody, unless it fails.
quietly() {
  local said
  said=$("$@" 2>&1) || { printf '%s\n' "$said" >&2; exit 1; }
}

# Only this authority counts: nodes are started with SSL_CERT_FILE=FOLDER/ca.pem and an empty SSL_CERT_DIR.
[ -f ca.key ] && [ -f ca.pem ] || quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$days" -keyout ca.key -out ca.pem \
  -subj "/CN=ActorSparse cluster authority" -addext basicConstraints=critical,CA:TRUE,pathlen:0 \
  -addext keyUsage=critical,keyCertSign,cRLSign

for node in "$@"; do
  case $node in
    *:*) name="IP:$node" ;;
    *[!0-9.]*) name="DNS:$node" ;;
    *) name="IP:$node" ;;
  esac
  quietly openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$node.key" -out "$node.csr" -subj "/CN=actorsparse"
  quietly openssl x509 -req -in "$node.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days "$days" -out "$node.pem" -extfile <(
    echo "subjectAltName=$name"
    echo "extendedKeyUsage=serverAuth,clientAuth"
    echo "keyUsage=critical,digitalSignature"
    echo "basicConstraints=CA:FALSE"
  )
  quietly openssl pkcs12 -export -inkey "$node.key" -in "$node.pem" -out "$node.pfx" -passout "pass:${PASSWORD:-changeit}"
  rm "$node.key" "$node.csr"
done

#!/bin/sh
# Makes the root file system of an image: the program, the libraries that it is linked to, and a user. Used by the
# Dockerfile; test/deploy runs the program in it.
#   deploy/make-root.sh PROGRAM DIRECTORY
set -eu
program=$1
root=$2
mkdir -p "$root/usr/bin" "$root/etc/headgate" "$root/data" "$root/tmp" "$root/proc" "$root/dev"
cp "$program" "$root/usr/bin/headgate"
chmod 755 "$root/usr/bin/headgate"
chmod 700 "$root/data"
# `ldd` names each library, and the loader, by its path.
ldd "$program" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
echo 'headgate:x:10001:10001::/data:/usr/bin/headgate' >"$root/etc/passwd"
echo 'headgate:x:10001:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"

#!/bin/sh
# maven_packages.sh PROJECT SDK DIR: download what the Maven project needs to be compiled with the SDK and run, into DIR/packages.
# It compiles a copy of the project, because Maven downloads its plug-ins when it uses them.
set -eu
mkdir -p "$3"
directory=$(cd "$3" && pwd)
sdk=$(cd "$2" && pwd)
rm -rf "$directory/project"
cp -r "$1" "$directory/project"
cd "$directory/project"
echo "Downloading the Maven packages of $1."
if ! mvn --batch-mode --no-transfer-progress -Dmaven.repo.local="$directory/packages" -Divschat.sdk="$sdk" \
    compile exec:java -Dexec.skip >"$directory/maven.log" 2>&1; then
    tail -n 20 "$directory/maven.log" >&2
    exit 1
fi

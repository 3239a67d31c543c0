#!/bin/sh
# Motcua: the first start of a card. The same text on every card; what differs is data beside it, which `motcua` reads,
# compares with its seal and refuses when somebody has changed it. It may be cut at any moment: it runs again.
# Started from the card itself, once, by the kernel command line (Bookworm), it only puts itself and its unit into place.
# Started by the unit it does the work, at every start until that is done.
set -eu

boot=/boot/firmware
here=/usr/local/lib/motcua-card
card=$boot/motcua

if [ "$0" != "$here/first-boot.sh" ]; then
    mkdir -p "$here"
    install -m 755 "$card/first-boot.sh" "$here/first-boot.sh"
    install -m 644 "$card/motcua-card.service" /etc/systemd/system/motcua-card.service
    install -m 600 "$card/network.nmconnection" /etc/NetworkManager/system-connections/motcua-first.nmconnection
    systemctl enable motcua-card.service
    sed -i -E 's/ systemd\.(run|run_success_action|unit)=[^ ]*//g' "$boot/cmdline.txt"
    exit 0
fi

# Raspberry Pi OS would ask for a user on the first screen; nobody logs in here.
systemctl disable --now userconfig.service 2>/dev/null || true
rfkill unblock wifi 2>/dev/null || true

# A stick called MOTCUA carries certificates where there is no network.
set -- --boot "$boot" --root /
if [ -b /dev/disk/by-label/MOTCUA ]; then
    mkdir -p /run/motcua-stick
    mountpoint -q /run/motcua-stick || mount -o nosuid,nodev,noexec /dev/disk/by-label/MOTCUA /run/motcua-stick
    set -- "$@" --folder /run/motcua-stick
fi

if ! [ -x /usr/bin/motcua ]; then
    cd "$card/packages"
    sha256sum --check --strict --quiet ../packages.sha256
    export DEBIAN_FRONTEND=noninteractive
    apt-get update || true # without a network the card's own packages must do
    apt-get install --yes --no-install-recommends ./*.deb
fi

/usr/bin/motcua provision first-boot "$@"

mkdir -p /etc/cloud
touch /etc/cloud/cloud-init.disabled
rm -f /etc/netplan/50-cloud-init.yaml /etc/NetworkManager/system-connections/motcua-first.nmconnection
rm -rf /var/lib/cloud/instances
systemctl disable motcua-card.service
sync
systemctl --no-block reboot

"""One change by napalm-vyos: candidate, commit, save. Usage: napalm-peer.py HOST PORT USER PASSWORD FILE_OF_SET_LINES"""

import sys

from napalm import get_network_driver

host, port, user, password, commands = sys.argv[1:]
device = get_network_driver("vyos")(host, user, password, optional_args={"port": int(port)})
device.open()
device.load_merge_candidate(filename=commands)
device.commit_config()
device.close()

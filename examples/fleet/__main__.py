"""The rooms that the file gives to this stack; fleet.py names the file, and runs this once for each stack."""

import os

import pulumi
from fleet_file import read

from pulumi_ivschat import Room

fleet = read(os.environ["FLEET_FILE"])
for key, inputs in fleet.rooms_of(pulumi.get_stack()).items():
    pulumi.export(key, Room(key, **inputs).arn)

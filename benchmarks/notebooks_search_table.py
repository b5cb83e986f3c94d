"""Prints what notebooks_search.sh has measured; an error when ours has the worse log loss.

usage: notebooks_search_table.py OURS.json PEER.json
"""
import json
import sys

TOLERANCE = 0.005  # nats: other random numbers, other calibration of SVM margins


def main():
    with open(sys.argv[1]) as file:
        ours = json.load(file)
    with open(sys.argv[2]) as file:
        peer = json.load(file)
    print(f"{'':24} {'CPU seconds':>24} {'ratio':>7} {'best log loss':>20}")
    print(f"{'':24} {'relearn':>12}{'scikit-learn':>13} {'':>6} {'relearn':>9}{'scikit-learn':>13}")
    total_ours = total_peer = peer_wall = 0.0
    worse = []
    for disease, families in ours["diseases"].items():
        for family, mine in families.items():
            theirs = peer[disease][family]
            assert mine["candidates"] == theirs["candidates"]
            total_ours += mine["cpu_seconds"]
            total_peer += theirs["cpu_seconds"]
            peer_wall += theirs["wall_seconds"]
            ratio = theirs["cpu_seconds"] / mine["cpu_seconds"]
            seconds = f"{mine['cpu_seconds']:12.2f}{theirs['cpu_seconds']:13.1f} {ratio:6.0f}x"
            losses = f"{mine['log_loss']:9.4f}{theirs['log_loss']:13.4f}"
            print(f"{disease + ' ' + family:24} {seconds} {losses}")
            if mine["log_loss"] > theirs["log_loss"] + TOLERANCE:
                worse.append(f"{disease} {family}")
    print(f"{'all':24} {total_ours:12.2f}{total_peer:13.1f} {total_peer / total_ours:6.0f}x")
    wall = ours["wall_seconds"]
    print(f"{'wall':24} {wall:12.2f}{peer_wall:13.1f} {peer_wall / wall:6.0f}x")
    if worse:
        sys.exit("worse log loss than scikit-learn: " + ", ".join(worse))


if __name__ == "__main__":
    main()

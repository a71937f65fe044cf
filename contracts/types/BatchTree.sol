// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {Fen} from "./Fen.sol";

/// @title The Merkle tree over one batch of inflows.
/// @dev Shaped as in RFC 9162, section 2.1: neighbours are paired from the left, a last one without a neighbour rises
/// as it is. A leaf hashes 128 bytes and a node 64, so neither can be shown as the other.
library BatchTree {
    /// @dev The leaf of one inflow, which binds what was given to its place on the line.
    function leafOf(bytes32 ref, Fen start, Fen amount, bytes32 paper) internal pure returns (bytes32) {
        return keccak256(abi.encode(ref, start, amount, paper));
    }

    /// @dev The root over `nodes`, which are used up. There must be at least one.
    function rootOf(bytes32[] memory nodes) internal pure returns (bytes32) {
        for (uint256 width = nodes.length; width > 1; width = (width + 1) / 2) {
            for (uint256 i = 0; i + 1 < width; i += 2)
                nodes[i / 2] = Hashes.efficientKeccak256(nodes[i], nodes[i + 1]);
            if (width % 2 == 1) nodes[width / 2] = nodes[width - 1];
        }
        return nodes[0];
    }

    /// @dev The root that `leaf`, at `index` of `count`, has with `path`; zero if the path's length is not the right
    /// one.
    function rootFrom(
        bytes32 leaf,
        uint256 index,
        uint256 count,
        bytes32[] calldata path
    ) internal pure returns (bytes32 root) {
        root = leaf;
        uint256 used = 0;
        for (uint256 last = count - 1; last > 0; last /= 2) {
            if (index % 2 == 1 || index < last) {
                if (used == path.length) return bytes32(0);
                bytes32 beside = path[used++];
                root = index % 2 == 1
                    ? Hashes.efficientKeccak256(beside, root)
                    : Hashes.efficientKeccak256(root, beside);
            }
            index /= 2;
        }
        if (used != path.length) return bytes32(0);
    }
}

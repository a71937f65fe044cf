// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {BatchTree} from "../../contracts/types/BatchTree.sol";
import {Fen} from "../../contracts/types/Fen.sol";

/// @dev BatchTree against the recursion of RFC 9162, section 2.1.
contract BatchTreeTest {
    function rootFrom(
        bytes32 leaf,
        uint256 index,
        uint256 count,
        bytes32[] calldata path
    ) external pure returns (bytes32) {
        return BatchTree.rootFrom(leaf, index, count, path);
    }

    /// hardhat-config: fuzz.runs = 200
    function testFuzz_EveryPathLeadsToTheRootAndNoOtherDoes(uint256 seed, uint16 size, uint16 place) external view {
        uint256 count = 1 + (size % (seed % 5 == 0 ? 500 : 20));
        uint256 index = place % count;
        bytes32[] memory leaves = _leaves(seed, count);
        bytes32 root = _naiveRoot(leaves, 0, count);
        bytes32[] memory path = _naivePath(leaves, index);

        require(this.rootFrom(leaves[index], index, count, path) == root, "the path does not lead to the root");
        require(path.length <= 9, "the path is longer than nine");
        for (uint256 step = 0; step < path.length; step++) {
            path[step] ^= bytes32(uint256(1) << (seed % 256));
            require(this.rootFrom(leaves[index], index, count, path) != root, "a bent path leads to the root");
            path[step] ^= bytes32(uint256(1) << (seed % 256));
        }
        bytes32[] memory longer = _resized(path, path.length + 1);
        require(this.rootFrom(leaves[index], index, count, longer) == 0, "a longer path is read");
        if (path.length > 0) {
            bytes32[] memory shorter = _resized(path, path.length - 1);
            require(this.rootFrom(leaves[index], index, count, shorter) == 0, "a shorter path is read");
        }
        require(BatchTree.rootOf(leaves) == root, "another root"); // last: it uses the leaves up
    }

    function testFuzz_ALeafBindsAllThatItHolds(bytes32 ref, uint64 start, uint64 amount, bytes32 paper) external pure {
        bytes32 leaf = BatchTree.leafOf(ref, Fen.wrap(start), Fen.wrap(amount), paper);

        require(leaf == keccak256(abi.encodePacked(ref, uint256(start), uint256(amount), paper)), "not 128 bytes");
        require(leaf != BatchTree.leafOf(~ref, Fen.wrap(start), Fen.wrap(amount), paper), "the ref");
        require(leaf != BatchTree.leafOf(ref, Fen.wrap(start ^ 1), Fen.wrap(amount), paper), "the start");
        require(leaf != BatchTree.leafOf(ref, Fen.wrap(start), Fen.wrap(amount ^ 1), paper), "the amount");
        require(leaf != BatchTree.leafOf(ref, Fen.wrap(start), Fen.wrap(amount), ~paper), "the paper");
    }

    function _leaves(uint256 seed, uint256 count) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) leaves[i] = keccak256(abi.encode(seed, i));
    }

    function _naiveRoot(bytes32[] memory leaves, uint256 from, uint256 to) private pure returns (bytes32) {
        if (to - from == 1) return leaves[from];
        uint256 middle = from + _leftCount(to - from);
        return keccak256(abi.encodePacked(_naiveRoot(leaves, from, middle), _naiveRoot(leaves, middle, to)));
    }

    function _naivePath(bytes32[] memory leaves, uint256 index) private pure returns (bytes32[] memory path) {
        bytes32[] memory down = new bytes32[](16);
        uint256 length = 0;
        (uint256 from, uint256 to) = (0, leaves.length);
        while (to - from > 1) {
            uint256 middle = from + _leftCount(to - from);
            bool left = index < middle;
            down[length++] = left ? _naiveRoot(leaves, middle, to) : _naiveRoot(leaves, from, middle);
            (from, to) = left ? (from, middle) : (middle, to);
        }
        path = new bytes32[](length);
        for (uint256 i = 0; i < length; i++) path[i] = down[length - 1 - i];
    }

    /// @dev The largest power of two below `count`.
    function _leftCount(uint256 count) private pure returns (uint256 power) {
        power = 1;
        while (power * 2 < count) power *= 2;
    }

    function _resized(bytes32[] memory path, uint256 length) private pure returns (bytes32[] memory other) {
        other = new bytes32[](length);
        for (uint256 i = 0; i < length && i < path.length; i++) other[i] = path[i];
    }
}

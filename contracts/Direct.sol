// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

/// @title A contract whose powers the Charter gives, and which people call themselves.
/// @dev Stricter than OpenZeppelin's: no call comes through the manager, because then no person would stand behind it.
abstract contract Direct is AccessManaged {
    function _checkCanCall(address caller, bytes calldata data) internal view override {
        (bool immediate, ) = IAccessManager(authority()).canCall(caller, address(this), bytes4(data[0:4]));
        require(immediate && caller != authority(), AccessManagedUnauthorized(caller));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Direct} from "./Direct.sol";
import {IPeople} from "./interfaces/IPeople.sol";

/// @title The people who sign. The manual is {IPeople}.
contract People is IPeople, Direct {
    // ---------------------------------------------------------------- STORAGE

    struct Key {
        uint32 person;
        bool retired;
    }

    mapping(address key => Key) private _keys;
    uint32 private _personCount;

    // ---------------------------------------------------------------- CONSTRUCTOR

    /// @param founders The keys of the first persons, who get the numbers from 1 on.
    constructor(address charter, address[] memory founders, bytes32 paper) AccessManaged(charter) {
        require(paper != 0, PaperMissing());

        for (uint256 i = 0; i < founders.length; ++i) _enrol(founders[i], paper, 0);
    }

    // ---------------------------------------------------------------- WRITING

    /// @inheritdoc IPeople
    function enrol(address key, bytes32 paper) external restricted returns (uint32 person) {
        uint32 by = _caller();
        require(paper != 0, PaperMissing());

        return _enrol(key, paper, by);
    }

    /// @inheritdoc IPeople
    function addKey(uint32 person, address key, bytes32 paper) external restricted {
        uint32 by = _caller();
        require(paper != 0, PaperMissing());
        require(person != 0 && person <= _personCount, PersonUnknown(person));
        require(_keys[key].person == 0, KeyTaken(key, _keys[key].person));

        _keys[key] = Key(person, false);

        emit KeyAdded(person, key, paper, by);
    }

    /// @inheritdoc IPeople
    function retireKey(address key, bytes32 paper) external restricted {
        uint32 by = _caller();
        require(paper != 0, PaperMissing());
        uint32 person = personOf(key);
        require(person != 0, KeyUnknown(key));

        _keys[key].retired = true;

        emit KeyRetired(person, key, paper, by);
    }

    // ---------------------------------------------------------------- READING

    /// @inheritdoc IPeople
    function personOf(address key) public view returns (uint32) {
        return _keys[key].retired ? 0 : _keys[key].person;
    }

    /// @inheritdoc IPeople
    function personCount() external view returns (uint32) {
        return _personCount;
    }

    // ---------------------------------------------------------------- INTERNAL

    function _enrol(address key, bytes32 paper, uint32 by) private returns (uint32 person) {
        require(_keys[key].person == 0, KeyTaken(key, _keys[key].person));

        person = ++_personCount;
        _keys[key] = Key(person, false);

        emit PersonEnrolled(person, key, paper, by);
    }

    /// @dev The person who calls. A retired key has none, whatever roles it still has in the Charter.
    function _caller() private view returns (uint32 person) {
        person = personOf(msg.sender);
        require(person != 0, KeyUnknown(msg.sender));
    }
}
